import { defineConfig } from "vitest/config";

const shared = { globalSetup: ["test/support/deployment.ts"], testTimeout: 1_800_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: "slow", include: ["test/slow/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "by records",
          // All proofs of stores and commands again, on the way that large stores take.
          include: ["test/store/**/*.test.ts", "test/commands/**/*.test.ts"],
          exclude: ["test/commands/compact-store.test.ts"],
          env: { PCHAT_TEST_BOUNDS: "1,-1" },
          isolate: false,
        },
      },
    ],
  },
});
