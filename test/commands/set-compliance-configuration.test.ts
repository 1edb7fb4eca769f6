import { settingsOf } from "../support/settings.ts";
import { testsOfSet } from "../support/settings-tests.ts";

testsOfSet(settingsOf("compliance-configuration"));
