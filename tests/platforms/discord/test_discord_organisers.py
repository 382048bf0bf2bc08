"""On Discord a group's organisers, and whom a post mentions, are picked from the server's own people and roles."""

from dataclasses import replace


async def test_people_and_roles_are_picked_from_the_servers_own(world):
    hall, room = world.hall, world.room
    olga, ana, ben = (hall.person(name, organiser=name == "Olga") for name in ("Olga", "Ana", "Ben"))
    tutors = hall.role("Tutors", ben)
    assert "for organisers" in (await ben.ask("/group status")).text
    form = await olga.click(await olga.ask("/group organisers"), "Add an organiser")
    assert {name: field["type"] for name, field in form.fields.items()} == {"person": 5, "role": 6}
    assert "Ana and Tutors may organise" in (await olga.submit(form, person=ana, role=tutors)).text
    for person in (ana, ben):
        assert "Ana, Tutors, administrators here" in (await person.ask("/group status")).text
    shown = await ben.ask("/group organisers")
    assert "Tutors (role)" in shown.text
    gone = [f"person/discord/{hall.guild.id}/{ana.user.id}", f"role/discord/{hall.guild.id}/{tutors.id}"]
    sheet = await ben.click(shown, "Remove one")
    assert "does not organise" in (await ben.submit(sheet, organiser=gone[0])).text
    sheet = await ben.click(shown, "Remove one")
    assert "last organiser" in (await ben.submit(sheet, organiser=gone[1])).text
    sheet = await olga.click(await olga.ask("/group organisers"), "Remove one")
    assert "does not organise" in (await olga.submit(sheet, organiser=gone[1])).text
    assert await room.store.organisers.of_group(1) == ()
    done = [entry.action for entry in await room.store.audit.entries(1)][:4]
    assert done == ["organiser removed", "organiser removed", "organiser added", "organiser added"]


async def test_a_chosen_role_alone_is_mentioned_and_no_edit_mentions_it(world):
    hall, room = world.hall, world.room
    olga, readers = hall.person("Olga", organiser=True), hall.role("Readers")
    form = await olga.click(await olga.ask("/group ping"), "Choose a role")
    assert "Discord tells nobody yet" in (await olga.submit(form, role=readers)).text
    assert "mentions Readers, once" in (await olga.ask("/group ping")).text
    await room.post_now(1)
    first, second, _ = await room.outgoing()
    (channel,) = await room.store.channels.of_group(1)
    await world.post(replace(first, ping=channel.ping))
    message_id = await world.post(second)
    assert [one.message["mention_roles"] for one in hall.posts()] == [[str(readers.id)], []]
    await world.edit(replace(second, ping=channel.ping), message_id)
    assert str(readers.id) not in hall.posts()[1].raw
    await olga.click(await olga.ask("/group ping"), "Mention nobody")
    assert (await room.store.channels.of_group(1))[0].ping == ""
