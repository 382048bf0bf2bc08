"""What the organiser's page and a member's own ask of the database does not grow with the members."""

from contextlib import contextmanager

from sqlalchemy import Engine, event

from study.group import Account
from study.marking import Mark
from tests.platforms.browser.school import school
from tests.platforms.browser.visitor import Visitor


@contextmanager
def statements():
    asked = []

    def more(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", more)
    yield asked
    event.remove(Engine, "before_cursor_execute", more)


async def answering(store, workspace, people, at):
    post = next(one for one in await store.posts.open(1) if one.item == "t-q1")
    for name in people:
        member = await store.members.meet(1, Account("browser", workspace, name), name, at)
        mark = Mark(0.5, 1.0, 2.0, "partial", "v")
        await store.answers.record(post.id, member.id, f"{name} thinks", mark, key=name, at=at)


async def test_statements_are_as_many_for_three_members_as_for_thirty(tmp_path, migrated_sqlite):
    async with school(tmp_path, migrated_sqlite) as (platform, talk), Visitor(platform) as olga:
        await olga.join("Olga")
        await olga.press("group.now:1")
        asked = []
        for people in (range(3), range(3, 30)):
            await answering(talk.store, platform.first_place.workspace, [f"p{n}" for n in people], talk.clock.time)
            for page in ("overview", "me", "overview/trail"):
                await olga.get(f"/c/study-group/{page}")
                with statements() as told:
                    assert (await olga.get(f"/c/study-group/{page}"))[0] == 200
                asked.append(len(told))
        assert asked[:3] == asked[3:]
