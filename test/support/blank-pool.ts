/** A pool of which nothing but its name is known. */
export const blankPool = {
  displayName: null,
  site: null,
  poolState: "Normal",
  servers: [],
  activeServers: [],
  compliance: false,
} as const;

/** The same as a command shows it. */
export const blankPoolRow = { ...blankPool, inactiveServers: [] } as const;
