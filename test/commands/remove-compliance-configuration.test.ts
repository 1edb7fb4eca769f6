import { settingsOf } from "../support/settings.ts";
import { testsOfRemove } from "../support/settings-tests.ts";

testsOfRemove(settingsOf("compliance-configuration"));
