"""A bot written with hikari, run by its own interpreter: it says what it hears, a line each, to standard output."""

from __future__ import annotations

import asyncio
import sys

import hikari


async def main(rest_url: str, token: str, channel: int) -> None:
    bot = hikari.GatewayBot(
        token,
        intents=hikari.Intents.GUILDS,
        rest_url=rest_url,
        banner=None,
        logs="ERROR",
        suppress_optimization_warning=True,
    )

    @bot.listen()
    async def available(event: hikari.GuildAvailableEvent) -> None:
        rest, me = bot.rest, bot.get_me()
        await rest.set_application_commands(me.id, [rest.slash_command_builder("hello", "Say hello")])
        row = rest.build_message_action_row()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "open:1", label="Open")
        message = await rest.create_message(channel, "posted", component=row)
        await message.edit("edited")
        history = [found.content async for found in rest.fetch_messages(channel)]
        thread = await rest.create_message_thread(channel, message.id, "talk")
        channels = [known.name for known in event.guild.get_channels().values()]
        print(f"{me.username} in {event.guild.name} {channels} {history} {thread.name}", flush=True)

    @bot.listen()
    async def heard(event: hikari.InteractionCreateEvent) -> None:
        interaction = event.interaction
        if isinstance(interaction, hikari.CommandInteraction):
            deferred = hikari.ResponseType.DEFERRED_MESSAGE_CREATE
            await interaction.create_initial_response(deferred, flags=hikari.MessageFlag.EPHEMERAL)
            await interaction.edit_initial_response(f"hello {interaction.user.username}")
        elif isinstance(interaction, hikari.ComponentInteraction):
            row = bot.rest.build_modal_action_row().add_text_input("answer", "Answer")
            await interaction.create_modal_response("A form", "sent:1", component=row)

    await bot.start(check_for_updates=False)
    await bot.join()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
