"""The smallest group that has something to answer, for the store's tests."""

from datetime import UTC, datetime, time, timedelta

from study.group import Slot

FRIDAY = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
FRIDAYS = (Slot(4, time(18)),)


async def a_group(store, channel="c", at=FRIDAY, slots=FRIDAYS, zone="Europe/Berlin"):
    return await store.set_up_group(
        "browser", "w", channel, "general", name="Readers", course="fastbook", zone=zone, slots=slots, at=at
    )


async def a_round(store, group, slot="2026-11-20T18:00:00", posts=(("recap", ""), ("item", "q1")), opens=FRIDAY):
    round_ = await store.open_round(group.id, slot, 1, opens, opens + WEEK, posts)
    return round_, await store.posts_of(round_.id)


async def a_member(store, group, who="ann", platform="browser", at=FRIDAY):
    return await store.member(group.id, platform, "w", who, who.title(), at)


async def an_answer(store, post, member, score=0.5, key=None, at=FRIDAY, text="an answer", version="v1"):
    return await store.record_answer(
        post.id,
        member.id,
        text,
        key=key or f"{member.id}-{post.id}-{score}-{at}",
        score=score,
        points=2 * score,
        possible=2,
        verdict="accept" if score == 1 else "partial" if score else "refuse",
        rubric_version=version,
        feedback={"missed": ["an idea"]},
        at=at,
    )
