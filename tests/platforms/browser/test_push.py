"""Told on a device: the switch, the sealed message at a push service, and its end, however it comes."""

import asyncio
import base64
import json
import re
import struct
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey

from bot.platforms.base import PrivateMessage
from bot.platforms.browser.push.sealing import RECORD, raw, sealed
from cogs.messages import say
from tests.platforms.browser.chromium import Tab, chromium
from tests.platforms.browser.conftest import PLACE
from tests.platforms.browser.school import school
from tests.platforms.browser.visitor import Visitor

CURVE = ec.SECP256R1()


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(words):
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


def private(words):
    return ec.derive_private_key(int.from_bytes(data(words), "big"), CURVE)


class Browser:
    """What a browser keeps of a subscription: it alone opens what is sealed for it."""

    def __init__(self, key=None, secret=b"s" * 16):
        self.private, self.secret = key or ec.generate_private_key(CURVE), secret
        self.key = raw(self.private.public_key())

    def opened(self, body):
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        theirs, locked = body[21 : 21 + length], body[21 + length :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        root = HKDF(SHA256(), 32, self.secret, b"WebPush: info\0" + self.key + theirs).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(root)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(root)
        assert size == RECORD
        return AESGCM(key).decrypt(nonce, locked, None).removesuffix(b"\x02")


@asynccontextmanager
async def push_service():
    """A push service: what came, and what it answers."""
    came, answers = [], {"status": 201}

    async def take(request):
        came.append((request.path, dict(request.headers), await request.read()))
        return web.Response(status=answers["status"])

    app = web.Application()
    app.add_routes([web.post("/push/{who}", take)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", came, answers
    finally:
        await runner.cleanup()


@pytest.fixture
async def world(tmp_path, build):
    async with push_service() as (url, came, answers):
        platform = build(tmp_path, push=(url,))
        await platform.start()
        yield platform, url, came, answers
        await platform.stop()


async def device(visitor, **fields):
    return await visitor.post("device", fields)


def at(url, browser, who="ana"):
    return {"endpoint": f"{url}/push/{who}", "key": text(browser.key), "secret": text(browser.secret)}


async def tell(platform, person, key="nudge-1"):
    return await platform.tell_member(PrivateMessage(key, PLACE, person, say("Two questions are open for you.")))


def test_a_message_is_sealed_as_in_the_example_of_rfc_8291():
    browser = Browser(private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), data("BTBZMqHH6r4Tts7J_aSIgg"))
    made = sealed(
        b"When I grow up, I want to be a watermelon",
        browser.key,
        browser.secret,
        sender=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=data("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert text(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.opened(made) == b"When I grow up, I want to be a watermelon"


async def test_who_allows_it_is_told_on_their_device_sealed_and_by_a_word_that_the_service_can_check(world):
    platform, url, came, _answers = world
    browser = Browser()
    async with Visitor(platform) as ana, Visitor(platform) as ben:
        await ana.join("Ana")
        await ben.join("Ben")
        assert (await device(ana, **at(url, browser)))[0] == 200
        message = await tell(platform, ana.as_)
        await tell(platform, ben.as_, "nudge-2")
    ((path, headers, body),) = came
    assert path == "/push/ana" and headers["Content-Encoding"] == "aes128gcm" and headers["TTL"] == "86400"
    told = json.loads(browser.opened(body))
    assert told["title"] == "#study-group" and told["body"] == "Two questions are open for you."
    assert told["url"] == f"/c/study-group?as={ana.as_}#m{message}" and told["tag"] == headers["Topic"]
    word, key = re.fullmatch(r"vapid t=(\S+), k=(\S+)", headers["Authorization"]).groups()
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data(key))
    assert jwt.decode(word, ECKey.import_key(public)).claims["aud"] == url


async def test_the_same_message_told_again_replaces_itself(world):
    platform, url, came, _answers = world
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        await device(ana, **at(url, Browser()))
        assert await tell(platform, ana.as_) == await tell(platform, ana.as_)
    assert len({headers["Topic"] for _path, headers, _body in came}) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_gone_is_forgotten(world, status):
    platform, url, came, answers = world
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        await device(ana, **at(url, Browser()))
        answers["status"] = 500
        await tell(platform, ana.as_)
        answers["status"] = status
        await tell(platform, ana.as_, "nudge-2")
        await tell(platform, ana.as_, "nudge-3")
    assert len(came) == 2


async def test_a_device_is_told_no_more_once_its_person_says_so_or_is_signed_out_or_another_signs_in_there(world):
    platform, url, came, _answers = world
    browser = Browser()
    async with Visitor(platform) as ana, Visitor(platform) as ben:
        await ana.join("Ana")
        await ben.join("Ben")
        assert (await device(ana, **at(url, browser)))[1] == {"told": True}
        assert (await device(ana, endpoint=""))[1] == {"told": False}
        await tell(platform, ana.as_)
        assert came == []
        await device(ana, **at(url, browser))
        await device(ben, **at(url, browser))
        await tell(platform, ana.as_, "nudge-2")
        assert came == []
        await tell(platform, ben.as_, "nudge-3")
        await platform._page.sessions.end_others(ben.as_, "")
        await tell(platform, ben.as_, "nudge-4")
        assert len(came) == 1


@pytest.mark.parametrize(
    "lie",
    [
        {"endpoint": "http://127.0.0.1:1/push/ana"},
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "no address"},
        {"key": "AAAA"},
        {"key": "é"},
        {"secret": "c2hvcnQ"},
    ],
)
async def test_nothing_but_a_known_push_service_is_ever_called(world, lie):
    platform, url, came, _answers = world
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        status, said = await device(ana, **at(url, Browser()) | lie)
        assert status == 422 and "not known here" in said["fault"]
        await tell(platform, ana.as_)
    assert came == []


async def test_a_service_that_hangs_or_is_away_keeps_no_message_back(tmp_path, build, monkeypatch):
    monkeypatch.setattr("bot.platforms.browser.push.devices.SECONDS", 0.05)
    platform, held = build(tmp_path, push=("http://127.0.0.1:*",)), asyncio.Event()
    await platform.start()

    async def hang(reader, writer):
        await held.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        await device(ana, **at(f"http://127.0.0.1:{port}", Browser()))
        assert await tell(platform, ana.as_)
        held.set()
        server.close()
        assert await tell(platform, ana.as_, "nudge-2")
    await platform.stop()


async def test_without_push_services_it_is_not_offered(tmp_path, build):
    platform = build(tmp_path)
    await platform.start()
    assert await platform._devices.key() == ""
    await platform.stop()


SUBSCRIBES = """([endpoint, p256dh, auth]) => {
  let device = null;
  PushManager.prototype.getSubscription = async () => device;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 87) throw new Error("no key");
    device = { toJSON: () => ({ endpoint, keys: { p256dh, auth } }), unsubscribe: async () => (device = null) };
    return device;
  };
}"""
"""A push service of its own: the browser's is out of reach here."""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (;;) {
    const [one] = await worker.getNotifications();
    if (one) return [one.title, one.body, one.data.url];
    await new Promise((then) => setTimeout(then, 50));
  }
}"""


async def test_a_member_turns_it_on_and_off_and_their_browser_shows_what_they_are_told(tmp_path, migrated_sqlite):
    browser = Browser()
    async with (
        push_service() as (url, came, _answers),
        school(tmp_path, migrated_sqlite, push=(url,)) as (here, _talk),
        chromium() as program,
    ):
        context = await program.new_context(permissions=["notifications"])
        tab = Tab(await context.new_page())
        given = json.dumps(list(at(url, browser).values()))
        await tab.page.add_init_script(f"({SUBSCRIBES})({given})")
        await tab.page.goto(f"{here.url}join")
        await tab.page.fill("[name=name]", "Ana")
        await tab.page.press("[name=name]", "Enter")
        await tab.page.get_by_role("link", name="Your own page").click()
        on = tab.page.get_by_role("button", name="Tell me on this device")
        await on.click()
        off = tab.page.get_by_role("button", name="Tell me here no more")
        await off.wait_for()
        assert (await Axe().run(tab.page)).response["violations"] == []
        (ana,) = [one for one in await here._page.people.all() if one.name == "Ana"]
        await tell(here, ana.id)
        ((_path, _headers, body),) = came
        await tab.page.evaluate("navigator.serviceWorker.ready")
        wire, registered = await context.new_cdp_session(tab.page), asyncio.get_running_loop().create_future()
        wire.on("ServiceWorker.workerRegistrationUpdated", lambda told: keep(registered, told))
        await wire.send("ServiceWorker.enable")
        pushed = {"origin": here.url.rstrip("/"), "registrationId": await registered}
        await wire.send("ServiceWorker.deliverPushMessage", pushed | {"data": browser.opened(body).decode()})
        title, words, address = await tab.page.evaluate(SHOWN)
        assert (title, words) == ("#study-group", "Two questions are open for you.") and ana.id in address
        await off.click()
        await on.wait_for()
        await tell(here, ana.id, "nudge-2")
        assert len(came) == 1 and tab.troubles == []


def keep(registered, told):
    """The id of the first registration that is told of."""
    if told["registrations"] and not registered.done():
        registered.set_result(told["registrations"][0]["registrationId"])
