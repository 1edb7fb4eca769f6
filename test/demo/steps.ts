/** One step of setting up, as a heading and the command lines under it. */
export interface Step {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * The main job, from a pool that was just deployed to rooms that people can use. `{fixtures}` stands for the folder
 * of the example export.
 */
export const steps: readonly Step[] = [
  {
    title: "A store, the pool that was deployed, and the directory",
    lines: [
      "pchat new-store",
      "pchat new-pool pchat.litwareinc.com --site Redmond",
      "pchat import-directory '{fixtures}/litwareinc.ldif'",
    ],
  },
  {
    title: "1. Policy: enable Persistent Chat, and assign it",
    lines: [
      "pchat new-policy ChatUsers --enable-persistent-chat true --description 'IT and Finance, first wave'",
      "pchat get-user --ldap-filter '(|(department=IT)(department=HelpDesk)(department=Finance))' -o name | pchat grant-policy - --policy ChatUsers --quiet -o none",
      "pchat get-user --policy ChatUsers --filter '*myer*'",
      "pchat new-policy site:Redmond --enable-persistent-chat true",
    ],
  },
  {
    title: "2. Categories: who may be in their rooms, who may not, who creates them",
    lines: [
      "pchat new-category IT --description 'Rooms of the IT department' --allowed-members 'OU=IT,DC=litwareinc,DC=com' --denied-members 'CN=HelpDesk Tier 2,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com' --creators 'CN=Room Managers,OU=IT,DC=litwareinc,DC=com'",
      "pchat new-category Markets --allowed-members 'CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com' --allowed-members 'OU=Finance,DC=litwareinc,DC=com' --creators 'CN=Trading Floor,OU=Distribution Groups,DC=litwareinc,DC=com'",
    ],
  },
  {
    title: "3. Rooms, their managers and members",
    lines: [
      "pchat new-room 'Help Desk' --category IT --description 'Upgrade trouble and its fixes' --managers 'Ken Myer' --members 'Ken Myer' --members 'CN=HelpDesk Tier 1,OU=HelpDesk,OU=IT,DC=litwareinc,DC=com'",
      "pchat new-room Announcements --category IT --type Auditorium --privacy Open --presenters 'Ken Myer' --managers 'Ken Myer'",
      "pchat new-room 'Trading Desk' --category Markets --privacy Secret --managers 'María Lefèvre' --members 'CN=Market Data\\, Europe,OU=Distribution Groups,DC=litwareinc,DC=com'",
      "pchat set-room 'Help Desk' --add-members 'Ana Myer'",
    ],
  },
  {
    title: "4. Editing a room later",
    lines: [
      "pchat set-room 'Help Desk' --description 'What broke, and what mended it' --invitations False",
      "pchat get-room",
      "pchat get-store",
    ],
  },
];
