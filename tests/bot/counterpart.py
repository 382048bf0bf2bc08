"""A platform as its own small process, so that killing the bot leaves it standing: it keeps every message it took.

It posts what it is given (twice, if it is given twice), can be asked what it has, and now and then commits a message
and then drops the line or answers 502. Run as a program it prints its port; state lives in memory and in `/all`.
"""

import asyncio
import random
import sys

from aiohttp import web


def app(seed, ambiguity, slowness=0.0):
    chance = random.Random(seed)
    posts, edits = [], []

    async def send(request):
        said = await request.json()
        await asyncio.sleep(slowness * chance.random())
        drawn = chance.random()
        if drawn < ambiguity / 3:
            raise web.HTTPBadGateway(text="before")
        posts.append(said["key"])
        if drawn < 2 * ambiguity / 3:
            raise web.HTTPBadGateway(text="after")
        if drawn < ambiguity and request.transport is not None:
            request.transport.close()
        return web.json_response({"id": str(len(posts))})

    async def edit(request):
        edits.append((await request.json())["id"])
        return web.json_response({})

    async def find(request):
        key = request.query["key"]
        return web.json_response({"id": str(posts.index(key) + 1) if key in posts else None})

    async def everything(request):
        return web.json_response({"posts": posts, "edits": edits})

    made = web.Application()
    made.add_routes(
        [web.post("/send", send), web.post("/edit", edit), web.get("/find", find), web.get("/all", everything)]
    )
    return made


async def serve(seed, ambiguity, slowness):
    runner = web.AppRunner(app(seed, ambiguity, slowness), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
