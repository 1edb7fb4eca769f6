import { expect, test } from "vitest";
import { deployed } from "../support/deployment.ts";
import { done, refused, tried, unchanged } from "../support/tried.ts";

const after = {
  sipAddress: "sip:pce@litwareinc.com",
  displayName: "Endpoint 1",
  pool: "pchat.litwareinc.com",
};

test.each(["sip:pce@litwareinc.com", "pce@litwareinc.com"])(
  "gives the only pool an address: %s",
  async (word) => {
    const made = await deployed();
    expect(await made.json(`new-endpoint ${word} --display-name 'Endpoint 1'`)).toEqual({
      changed: true,
      dryRun: false,
      serial: 12,
      changes: [{ action: "created", kind: "endpoint", identity: after.sipAddress, before: null, after }],
      effects: [],
      warnings: [],
    });
    expect(await made.json("get-endpoint")).toEqual([after]);
  },
);

test("--if-not-exists takes it as it is, and warns of what differs", async () => {
  const made = await deployed();
  await made.pchat("new-endpoint sip:pce@litwareinc.com");
  await made.pchat("new-pool p2.litwareinc.com");
  expect(
    await tried(
      made,
      "new-endpoint sip:PCE@litwareinc.com --display-name X --pool p2.litwareinc.com --if-not-exists -o name",
    ),
  ).toEqual(
    unchanged(
      "sip:pce@litwareinc.com\n",
      "unchanged: endpoint `sip:pce@litwareinc.com` (still at serial 13)\n" +
        "warning: endpoint `sip:pce@litwareinc.com` exists already and differs in `display-name`, `pool`\n",
    ),
  );
});

test("goes to the pool of --pool where there are several", async () => {
  const made = await deployed();
  await made.pchat("new-pool p2.litwareinc.com");
  expect(await tried(made, "new-endpoint sip:pce@litwareinc.com")).toEqual(
    refused(
      2,
      "error: there are 2 pools, and none was named\n" +
        "hint: add --pool with one of `pchat.litwareinc.com`, `p2.litwareinc.com`\n",
    ),
  );
  expect(await tried(made, "new-endpoint sip:pce@litwareinc.com --pool p2.litwareinc.com -o csv")).toEqual(
    done(
      "sipAddress,displayName,pool\nsip:pce@litwareinc.com,,p2.litwareinc.com\n",
      "created endpoint `sip:pce@litwareinc.com` (serial 13)\n",
    ),
  );
});

const shape = "hint: write sip:, a name and a SIP domain, for example sip:pchat@contoso.com\n";
test.each([
  ["no address", "pce", 2, `error: \`pce\` is not a SIP address\n${shape}`],
  ["no SIP domain", "sip:pce@litware", 2, `error: \`sip:pce@litware\` is not a SIP address\n${shape}`],
  [
    "the address of a user",
    "sip:KENMYER@litwareinc.com",
    4,
    "error: `sip:KENMYER@litwareinc.com` is the address of `Ken Myer`\nhint: choose another address\n",
  ],
])("refuses %s, and writes nothing", async (_, word, exitCode, stderr) => {
  expect(await tried(await deployed(), `new-endpoint ${word}`)).toEqual(refused(exitCode, stderr));
});

test("refuses an address that an endpoint has", async () => {
  const made = await deployed();
  await made.pchat("new-endpoint sip:pce@litwareinc.com");
  expect(await tried(made, "new-endpoint PCE@litwareinc.com")).toEqual(
    refused(
      4,
      "error: endpoint `sip:pce@litwareinc.com` exists already\nhint: add --if-not-exists to take it as it is\n",
    ),
  );
});
