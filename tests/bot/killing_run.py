"""One run of the killing, as a program of its own so that it may fork: prints what came of it as JSON.

Usage: posts URL PORT KILLS SEED | answers URL WANTED KILLS SEED | share URL PORT PROCESSES GROUPS PAUSES KILLS SEED
| platform URL KIND KILLS SEED, where KIND is discord or slack, or either with -unread: without the right to read back
"""

import asyncio
import json
import sys
import urllib.request

from tests.bot import killing, killing_platforms


def seen(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/all") as answer:
        return json.load(answer)


def main(kind, url, *rest):
    if kind == "platform":
        which, kills, seed = rest
        return killing_platforms.kill(url, which, int(kills), int(seed))
    numbers = [int(each) for each in rest]
    if kind == "posts":
        port, kills, seed = numbers
        done = killing.kill_posts(url, port, kills, seed)
        return done | asyncio.run(killing.compared(url, seen(port), done["until"]))
    if kind == "answers":
        wanted, kills, seed = numbers
        known, deaths = killing.kill_answers(url, wanted, seed, kills)
        return {"kills": deaths} | asyncio.run(killing.kept(url, known))
    port, processes, groups, pauses, kills, seed = numbers
    codes = killing.share(url, port, processes, groups, seed, pauses, kills)
    posts = seen(port)["posts"]
    return {"codes": codes, "posted": len(posts), "doubled": len(posts) - len(set(posts)), "wanted": 2 * groups}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
