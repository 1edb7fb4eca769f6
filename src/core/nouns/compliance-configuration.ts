import { defineNoun } from "../noun.ts";
import { boolean, duration, name, type ObjectOf, text } from "../property.ts";
import { fold } from "../text.ts";

const minute = 60;
const day = 24 * 60 * minute;

/** How conversations are handed to an archive, at `Global`, a site, or a pool (semantics: compliance configuration). */
export const complianceConfigurationNoun = defineNoun({
  kind: "compliance-configuration",
  collection: "complianceConfigurations",
  one: "compliance configuration",
  many: "compliance configurations",
  properties: {
    identity: name({
      meaning: "`Global`, `site:<name>` or `service:PersistentChatServer:<fqdn>`",
      settable: "identity",
    }),
    adapterName: text({ meaning: "label of the adapter that turns what is archived into another format" }),
    adapterOutputDirectory: text({
      meaning: "full path of the folder that the adapter writes into, one for each adapter",
      placeholder: "path",
    }),
    adapterType: text({
      meaning: "assembly-qualified .NET type of the adapter; nothing is archived while it is unset",
      placeholder: "type",
    }),
    addChatRoomDetails: boolean({
      meaning: "whether the adapter is given more about each room",
      initial: false,
      inTable: false,
    }),
    addUserDetails: boolean({
      meaning: "whether the adapter is given more about each user",
      initial: false,
      inTable: false,
    }),
    createFileAttachmentsManifest: boolean({
      meaning: "whether .ATTACH files that follow file transfers are written",
      initial: false,
      inTable: false,
    }),
    customConfiguration: text({
      meaning: "XSLT that reshapes the output",
      placeholder: "xslt",
      inTable: false,
    }),
    oneChatRoomPerOutputFile: boolean({
      meaning: "whether each room gets an output file of its own",
      initial: false,
    }),
    runInterval: duration({
      meaning: "time between output files, 00:01:00 to 30.00:00:00",
      initial: "00:15:00",
      minimum: minute,
      maximum: 30 * day,
    }),
  },
  identity: (configuration) => configuration.identity,
  indexes: { identity: (configuration) => [fold(configuration.identity)] },
});

export type ComplianceConfiguration = ObjectOf<typeof complianceConfigurationNoun.properties>;
