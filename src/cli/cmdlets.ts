/**
 * What stands for a parameter of a cmdlet: `<word>` for a word of the command, options as they are typed (one that
 * takes a value gets the parameter's), or a reason.
 */
export type Counterpart = string | Reason;

/** Why a parameter has no counterpart. One that only says how or where is passed over; any other is refused. */
export interface Reason {
  readonly passedOver: boolean;
  /** Whether the parameter takes no value. */
  readonly isSwitch?: boolean;
  /** Lower case, no full stop. */
  readonly because: string;
}

export interface Cmdlet {
  readonly command: string;
  /** Parameter that a second word without a name stands for. */
  readonly second?: string;
  readonly parameters: Readonly<Record<string, Counterpart>>;
}

const passedOver = (because: string): Reason => ({ passedOver: true, because });
const refused = (because: string): Reason => ({ passedOver: false, because });

const identity = "<identity>";
const oneStore = { ...passedOver("there is one store, and no replica of it"), isSwitch: true };
const tenant = refused("only hosted deployments have tenants");
const domainController = passedOver("what is known of the directory was imported with import-directory");
const instance = refused("objects are handed on by their identity: get-… -o name | … -");

const changes = { Confirm: "--confirm", WhatIf: "--what-if" } as const;
const force = { Force: "--force --yes" } as const;
const pool = { PersistentChatPoolFqdn: "--pool" } as const;
const listed = { Identity: identity, Filter: "--filter", LocalStore: oneStore } as const;
const inMemory = { InMemory: "--what-if" } as const;

/** A noun with its scopes, as policies and configurations have them. */
const scoped = (
  settable: Readonly<Record<string, string>>,
  more: Readonly<Record<string, Counterpart>> = {},
) => ({
  get: { ...listed, ...more },
  new: { Identity: identity, ...settable, ...inMemory, ...more, ...changes, ...force },
  set: { Identity: identity, ...settable, Instance: instance, ...more, ...changes, ...force },
  remove: { Identity: identity, ...more, ...changes, ...force },
});

const policies = scoped(
  { Description: "--description", EnablePersistentChat: "--enable-persistent-chat" },
  { Tenant: tenant },
);
const configurations = scoped({
  DefaultChatHistory: "--default-chat-history",
  MaxFileSizeKB: "--max-file-size-kb",
  ParticipantUpdateLimit: "--participant-update-limit",
  RoomManagementUrl: "--room-management-url",
});
const complianceConfigurations = scoped({
  AdapterName: "--adapter-name",
  AdapterOutputDirectory: "--adapter-output-directory",
  AdapterType: "--adapter-type",
  AddChatRoomDetails: "--add-chat-room-details",
  AddUserDetails: "--add-user-details",
  CreateFileAttachmentsManifest: "--create-file-attachments-manifest",
  CustomConfiguration: "--custom-configuration",
  OneChatRoomPerOutputFile: "--one-chat-room-per-output-file",
  RunInterval: "--run-interval",
});
const roomSettings = {
  Addin: "--addin",
  Category: "--category",
  Description: "--description",
  Disabled: "--disabled",
  Invitations: "--invitations",
  Privacy: "--privacy",
  Type: "--type",
} as const;

/** Every Persistent Chat cmdlet with all its parameters, in the order of the module's documentation. */
export const cmdlets: Readonly<Record<string, Cmdlet>> = {
  "Get-CsPersistentChatPolicy": { command: "get-policy", parameters: policies.get },
  "New-CsPersistentChatPolicy": { command: "new-policy", parameters: policies.new },
  "Set-CsPersistentChatPolicy": { command: "set-policy", parameters: policies.set },
  "Grant-CsPersistentChatPolicy": {
    command: "grant-policy",
    second: "PolicyName",
    parameters: {
      Identity: "<user>",
      PolicyName: "--policy",
      PassThru: "--pass-thru",
      DomainController: domainController,
      ...changes,
    },
  },
  "Remove-CsPersistentChatPolicy": { command: "remove-policy", parameters: policies.remove },
  "Get-CsPersistentChatCategory": {
    command: "get-category",
    parameters: { Identity: identity, AsObject: "--as-object", ...pool },
  },
  "New-CsPersistentChatCategory": {
    command: "new-category",
    parameters: {
      Name: "<name>",
      Description: "--description",
      EnableFileUpload: "--file-upload true",
      EnableInvitations: "--invitations true",
      RemoveChatHistory: "--chat-history false",
      ...pool,
    },
  },
  "Set-CsPersistentChatCategory": {
    command: "set-category",
    parameters: {
      Identity: identity,
      Name: "--name",
      Description: "--description",
      AsObject: "--as-object",
      AllowedMembers: "--allowed-members",
      DeniedMembers: "--denied-members",
      Creators: "--creators",
      ChatHistory: "--chat-history",
      FileUpload: "--file-upload",
      Invitations: "--invitations",
      Instance: instance,
      ...changes,
    },
  },
  "Remove-CsPersistentChatCategory": {
    command: "remove-category",
    parameters: { Identity: identity, Instance: instance, ...changes },
  },
  "Get-CsPersistentChatRoom": {
    command: "get-room",
    parameters: {
      Identity: identity,
      Addin: "--addin",
      AsObject: "--as-object",
      Category: "--category",
      ChatContentExceedsMB: "--chat-content-exceeds-mb",
      Disabled: "--disabled",
      Filter: "--filter",
      Invitations: "--invitations",
      Manager: "--manager",
      Member: "--member",
      Privacy: "--privacy",
      ResultSize: "--result-size",
      SearchDescription: "--search-description",
      Type: "--type",
      ...pool,
    },
  },
  "New-CsPersistentChatRoom": {
    command: "new-room",
    parameters: { Name: "<name>", ...roomSettings, ...pool },
  },
  "Set-CsPersistentChatRoom": {
    command: "set-room",
    parameters: {
      Identity: identity,
      Name: "--name",
      ...roomSettings,
      AsObject: "--as-object",
      Members: "--members",
      Managers: "--managers",
      Presenters: "--presenters",
      Instance: instance,
      ...changes,
      ...force,
    },
  },
  "Clear-CsPersistentChatRoom": {
    command: "clear-room",
    parameters: { Identity: identity, EndDate: "--end-date", Instance: instance, ...changes },
  },
  "Remove-CsPersistentChatRoom": {
    command: "remove-room",
    parameters: { Identity: identity, Instance: instance, ...changes, ...force },
  },
  "Get-CsPersistentChatAddin": { command: "get-addin", parameters: { Identity: identity, ...pool } },
  "New-CsPersistentChatAddin": {
    command: "new-addin",
    parameters: { Name: "<name>", Url: "--url", ...pool },
  },
  "Set-CsPersistentChatAddin": {
    command: "set-addin",
    parameters: { Identity: identity, Name: "--name", Url: "--url", Instance: instance, ...changes },
  },
  "Remove-CsPersistentChatAddin": {
    command: "remove-addin",
    parameters: { Identity: identity, Instance: instance, ...changes, ...force },
  },
  "Get-CsPersistentChatConfiguration": { command: "get-configuration", parameters: configurations.get },
  "New-CsPersistentChatConfiguration": { command: "new-configuration", parameters: configurations.new },
  "Set-CsPersistentChatConfiguration": { command: "set-configuration", parameters: configurations.set },
  "Remove-CsPersistentChatConfiguration": {
    command: "remove-configuration",
    parameters: configurations.remove,
  },
  "Get-CsPersistentChatComplianceConfiguration": {
    command: "get-compliance-configuration",
    parameters: complianceConfigurations.get,
  },
  "New-CsPersistentChatComplianceConfiguration": {
    command: "new-compliance-configuration",
    parameters: complianceConfigurations.new,
  },
  "Set-CsPersistentChatComplianceConfiguration": {
    command: "set-compliance-configuration",
    parameters: complianceConfigurations.set,
  },
  "Remove-CsPersistentChatComplianceConfiguration": {
    command: "remove-compliance-configuration",
    parameters: complianceConfigurations.remove,
  },
  "Get-CsPersistentChatEndpoint": {
    command: "get-endpoint",
    parameters: {
      Identity: identity,
      Filter: "--filter",
      ResultSize: "--result-size",
      LdapFilter: refused("an endpoint has no attributes but its own; use --filter"),
      OU: refused("endpoints are kept without a place in Active Directory"),
      Credential: passedOver("the account that runs pchat reads the store"),
      DomainController: domainController,
      ...pool,
    },
  },
  "New-CsPersistentChatEndpoint": {
    command: "new-endpoint",
    parameters: {
      SipAddress: "<sip-address>",
      DisplayName: "--display-name",
      PassThru: "--pass-thru",
      ...pool,
      ...changes,
    },
  },
  "Remove-CsPersistentChatEndpoint": {
    command: "remove-endpoint",
    parameters: { Identity: identity, ...changes, ...force },
  },
  "Remove-CsPersistentChatMessage": {
    command: "remove-message",
    parameters: {
      Identity: identity,
      CaseSensitive: "--case-sensitive",
      EndDate: "--end-date",
      Filter: "--filter",
      MatchClause: "--match-clause",
      Remove: "--remove",
      ReplaceMessage: "--replace-message",
      StartDate: "--start-date",
      UserUri: "--user-uri",
      ...changes,
    },
  },
  "Get-CsPersistentChatState": {
    command: "get-state",
    parameters: { ...listed, Identity: "<pool>" },
  },
  "Set-CsPersistentChatState": {
    command: "set-state",
    parameters: { Identity: "<pool>", PoolState: "--pool-state", Instance: instance, ...changes, ...force },
  },
  "Set-CsPersistentChatActiveServer": {
    command: "set-active-server",
    parameters: {
      Identity: "<pool>",
      ActiveServers: "--active-servers",
      Swap: "--swap",
      ...changes,
      ...force,
    },
  },
  "Get-CsPersistentChatEligiblePrincipal": {
    command: "get-eligible-principal",
    parameters: {
      Category: "--category",
      Room: "--room",
      Filter: "--filter",
      Presenters: "--presenters",
      ResultSize: "--result-size",
      ...pool,
    },
  },
  "Export-CsPersistentChatData": {
    command: "export-data",
    parameters: {
      DBInstance: "--db-instance",
      DBName: "--db-name",
      FileName: "--file-name",
      Level: "--level",
      Scope: "--scope",
      StartDate: "--start-date",
      Report: "--report",
      DisableExportedNodes: "--disable-exported-nodes",
      AsBytes: refused("a shell has no byte arrays; name a file"),
    },
  },
  "Import-CsPersistentChatData": {
    command: "import-data",
    parameters: {
      DBInstance: "--db-instance",
      FileName: "--file-name",
      ByteInput: refused("a shell has no byte arrays; name a file"),
      Report: "--report",
      ...changes,
    },
  },
  "Test-CsPersistentChatMessage": {
    command: "test-message",
    parameters: {
      TargetFqdn: "--target-fqdn",
      ChatRoomUri: "--chat-room-uri",
      SenderSipAddress: "--sender-sip-address",
      ReceiverSipAddress: "--receiver-sip-address",
      SenderCredential: "--sender-credential",
      ReceiverCredential: "--receiver-credential",
      Authentication: "--authentication",
      RegistrarPort: "--registrar-port",
      Setup: "--setup",
      TestUser1SipAddress: "--test-user1-sip-address",
      TestUser2SipAddress: "--test-user2-sip-address",
      OutLoggerVariable: "--out-logger-variable",
      OutVerboseVariable: "--out-verbose-variable",
      ...force,
    },
  },
};

/** Cmdlets of other nouns that administrators use beside them. */
export const otherCmdlets: Readonly<Record<string, Cmdlet>> = {
  "Get-CsUser": {
    command: "get-user",
    parameters: {
      Identity: identity,
      Filter: "--filter",
      LdapFilter: "--ldap-filter",
      DomainController: domainController,
    },
  },
  "Get-CsService": {
    command: "get-pool",
    parameters: {
      Identity: identity,
      PersistentChatServer: { ...passedOver("pools of Persistent Chat are all there are"), isSwitch: true },
      PoolFqdn: "--pool",
      LocalStore: oneStore,
    },
  },
  "Get-CsSite": { command: "get-site", parameters: { Identity: identity, Filter: "--filter" } },
};
