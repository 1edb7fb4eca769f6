import { expect, test } from "vitest";
import { bench } from "../support/cli.ts";
import { deployed } from "../support/deployment.ts";

const maria = {
  identity: "sip:mariagudmundsdotti@litwareinc.com",
  sipAddress: "sip:mariagudmundsdotti@litwareinc.com",
  displayName: "María Guðmundsdóttir",
  site: "Redmond",
  policy: "Global",
  policyFrom: "global",
  grantedPolicy: null,
  enablePersistentChat: false,
  sipEnabled: true,
  accountDisabled: false,
  userPrincipalName: "mariagudmundsdotti@litwareinc.com",
  logonName: "LITWAREINC\\mariagudmundsdotti",
  distinguishedName: "CN=María Guðmundsdóttir,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com",
};

test.each([
  "María Guðmundsdóttir",
  "MARÍA GUÐMUNDSDÓTTIR",
  "María Guðmundsdóttir".normalize("NFD"),
  "CN=María Guðmundsdóttir,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com",
  "CN=Mar\\C3\\ADa Gu\\C3\\B0mundsd\\C3\\B3ttir,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com",
  "cn=maría guðmundsdóttir, ou=HelpDesk, ou=IT, dc=litwareinc, dc=com",
  "mariagudmundsdotti@litwareinc.com",
  "LITWAREINC\\mariagudmundsdotti",
  "sip:mariagudmundsdotti@litwareinc.com",
])("finds a user by %s", async (word) => {
  const made = await deployed();
  const { exitCode, stdout, stderr } = await made.run(["get-user", word, "-o", "json"]);
  expect({ exitCode, users: JSON.parse(stdout), stderr }).toEqual({
    exitCode: 0,
    users: [maria],
    stderr: "",
  });
});

test("shows who has which policy, and where it came from", async () => {
  const made = await deployed();
  await made.pchat("new-policy site:Redmond --enable-persistent-chat true");
  expect(await made.pchat("get-user 'Ken Myer' 'Ana Myer' 'Jonas Guðmundsdóttir' 'Hana Myer'")).toEqual({
    exitCode: 0,
    stdout: [
      "SipAddress                             DisplayName           Site     Policy        PolicyFrom  EnablePersistentChat",
      "─────────────────────────────────────  ────────────────────  ───────  ────────────  ──────────  ────────────────────",
      "sip:kenmyer@litwareinc.com             Ken Myer              Redmond  RedmondUsers  user        true",
      "sip:anamyer@litwareinc.com             Ana Myer              Redmond  site:Redmond  site        true",
      "sip:jonasgudmundsdotti@litwareinc.com  Jonas Guðmundsdóttir  Dublin   Global        global      false",
      "sip:hanamyer@litwareinc.com            Hana Myer             Redmond                            false",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test("a user who is not enabled is named by distinguished name", async () => {
  const made = await deployed();
  expect(await made.pchat("get-user 'Hana Myer' -o name")).toEqual({
    exitCode: 0,
    stdout: "CN=Myer\\, Hana,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com\n",
    stderr: "",
  });
});

test("all without a word: those that are enabled for SIP", async () => {
  const made = await deployed();
  const all = (await made.json("get-user")) as { readonly sipEnabled: boolean }[];
  const others = (await made.json("get-user --sip-enabled false")) as { readonly sipEnabled: boolean }[];
  expect(new Set(all.map(({ sipEnabled }) => sipEnabled))).toEqual(new Set([true]));
  expect(new Set(others.map(({ sipEnabled }) => sipEnabled))).toEqual(new Set([false]));
});

const myers = ["ana", "bjork", "freya", "ivan", "ken", "luca"]
  .map((n) => `sip:${n}myer@litwareinc.com\n`)
  .join("");

test.each([
  { filter: "--filter '*myer'", names: myers },
  { filter: "--filter 'SIP:*MYER@*'", names: myers },
  { filter: "--filter '???myer'", names: "sip:anamyer@litwareinc.com\nsip:kenmyer@litwareinc.com\n" },
  { filter: "--filter myer", names: "" },
  {
    filter: "--filter '*myer*' --sip-enabled false",
    names: "CN=Myer\\, Hana,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com\n",
  },
  { filter: "--policy RedmondUsers", names: "sip:kenmyer@litwareinc.com\n" },
  { filter: "--policy tag:redmondusers", names: "sip:kenmyer@litwareinc.com\n" },
  { filter: "--policy none --filter '*myer'", names: myers.replace("sip:kenmyer@litwareinc.com\n", "") },
  {
    filter: "--ldap-filter '(&(department=IT)(sn=Myer))'",
    names: "sip:kenmyer@litwareinc.com\nsip:lucamyer@litwareinc.com\n",
  },
  {
    filter: "--ldap-filter '(&(department=it)(sn=Myer)(!(cn=K*)))'",
    names: "sip:lucamyer@litwareinc.com\n",
  },
])("get-user $filter", async ({ filter, names }) => {
  const made = await deployed();
  expect(await made.pchat(`get-user ${filter} -o name`)).toEqual({ exitCode: 0, stdout: names, stderr: "" });
});

test("nobody is an empty list", async () => {
  const made = await deployed();
  expect(await made.json("get-user --filter 'zzz*'")).toEqual([]);
});

test.each([
  {
    line: "get-user 'Ana Mier'",
    exitCode: 3,
    stderr:
      "error: the directory has no `Ana Mier`\nhint: did you mean `Ana Myer` or `Hana Myer`?\nhint: find the exact name, or import a newer export: pchat get-user --filter '*Ana Mier*'\n",
  },
  { line: "get-user 'All Staff'", exitCode: 2, stderr: "error: `All Staff` is a group, not a user\n" },
  {
    line: "get-user 'OU=IT,DC=litwareinc,DC=com'",
    exitCode: 2,
    stderr: "error: `OU=IT,DC=litwareinc,DC=com` is a container, not a user\n",
  },
  {
    line: "get-user --policy RedmondUser",
    exitCode: 3,
    stderr:
      "error: there is no policy `RedmondUser`\nhint: did you mean `RedmondUsers`?\nhint: see them all: pchat get-policy\n",
  },
])("$line exits $exitCode", async ({ line, exitCode, stderr }) => {
  const made = await deployed();
  expect(await made.pchat(line)).toEqual({ exitCode, stdout: "", stderr });
});

test("a broken LDAP filter is quoted as it was written", async () => {
  const made = await deployed();
  const { exitCode, stdout, stderr } = await made.pchat("get-user --ldap-filter '(department=IT'");
  expect({ exitCode, stdout, begins: stderr.slice(0, 46) }).toEqual({
    exitCode: 2,
    stdout: "",
    begins: "error: `(department=IT` is not an LDAP filter:",
  });
});

test("without a directory nobody is known", async () => {
  const made = bench();
  await made.pchat("new-store");
  expect(await made.pchat("get-user")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      "error: no directory was imported, so no users are known\nhint: import an export of Active Directory (ldifde, ldapsearch or ldbsearch): pchat import-directory export.ldif\n",
  });
});
