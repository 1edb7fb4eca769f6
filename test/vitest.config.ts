import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**"],
    globalSetup: ["test/support/deployment.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Every file loads the same sources: loading them once for each worker halves the time. No module keeps state.
    isolate: false,
  },
});
