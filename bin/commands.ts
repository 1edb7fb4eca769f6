import type { CommandSource } from "../src/cli/context.ts";
import { commandsIn } from "../src/cli/load-commands.ts";

/** All commands, from their folder. The build puts a list made beforehand in the place of this module. */
export const commands: CommandSource = commandsIn(new URL("../commands/", import.meta.url));
