import { settingsOf } from "../support/settings.ts";
import { testsOfGet } from "../support/settings-tests.ts";

testsOfGet(settingsOf("compliance-configuration"));
