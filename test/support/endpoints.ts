import type { Bench } from "./cli.ts";
import { withPools } from "./settings.ts";

/** Two endpoints of one pool, and one of another with the same name as the second (serial 6). */
export async function withEndpoints(): Promise<Bench> {
  const made = await withPools();
  await made.pchat("new-endpoint sip:one@contoso.com --pool pchat.contoso.com --display-name One");
  await made.pchat("new-endpoint sip:two@contoso.com --pool pchat.contoso.com --display-name Two");
  await made.pchat("new-endpoint sip:two@fabrikam.com --pool p2.contoso.com --display-name Two");
  return made;
}
