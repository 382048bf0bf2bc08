// Starts the page: messages, forms, the composer, the live line, the clock, the menu and the colours.
import { startFeed } from "./feed.js";
import { startForms } from "./forms.js";
import { startComposer } from "./composer.js";
import { startLive } from "./live.js";
import { startInbox } from "./inbox.js";
import { startClock } from "./clock.js";
import { startTimes } from "./times.js";
import { startMenu, startTheme } from "./frame.js";

startTheme();
startMenu();
startClock();
startTimes();
startFeed();
startInbox();
startForms();
startComposer();
startLive();
