import { type Counterpart, cmdlets, otherCmdlets } from "./cmdlets.ts";

/** What stands for each parameter of each cmdlet, as text for `pchat help cmdlets`. */
export function cmdletHelp(): string {
  const tables = Object.entries({ ...cmdlets, ...otherCmdlets }).map(([cmdlet, { command, parameters }]) =>
    [
      `  ${cmdlet} is ${command}`,
      ...Object.entries(parameters).map(
        ([name, counterpart]) => `    ${`-${name}`.padEnd(32)}${counterpartText(counterpart)}`,
      ),
    ].join("\n"),
  );
  return `A command line of the module can be typed as it is: after the full name of a cmdlet, in any case, parameters have one dash, may be shortened as far as they are unique, and take values as PowerShell writes them:

  pchat New-CsPersistentChatRoom -Name Bridge -Category IT
  pchat Set-CsPersistentChatRoom -Identity Bridge -Members '@{Add="sip:kenmyer@litwareinc.com"}' '-Disabled:$true'

In bash and other POSIX shells $true, $null and @{…} go into single quotes. What one command prints goes to another by identity, as in

  pchat Get-CsPersistentChatRoom -Disabled '$true' -o name | pchat Remove-CsPersistentChatRoom - -Force

and Where-Object is --where: pchat get-room --where 'Privacy -eq Open -and Members -contains sip:kenmyer@litwareinc.com' (-eq, -ne, -gt, -ge, -lt, -le, -like, -notlike, -contains, -notcontains, joined by -and, -or, -not; $null is nothing).

Each cmdlet with its command, and what stands for each parameter:

${tables.join("\n\n")}`;
}

/** A counterpart in words. */
export function counterpartText(counterpart: Counterpart): string {
  if (typeof counterpart === "string") return counterpart;
  return `${counterpart.passedOver ? "passed over" : "none"}: ${counterpart.because}`;
}
