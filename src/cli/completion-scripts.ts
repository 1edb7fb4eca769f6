/** Shells that can be taught to complete. */
export const completionShells = ["bash", "zsh", "fish", "powershell"] as const;
type CompletionShell = (typeof completionShells)[number];

/** The script for a shell, or undefined for another word. */
export const completionScript = (shell: string): string | undefined =>
  Object.hasOwn(scripts, shell) ? scripts[shell as CompletionShell] : undefined;

const scripts: Readonly<Record<CompletionShell, string>> = {
  // The line goes over as it stands, because bash splits words at colons and leaves quotes to whoever answers.
  bash: `# pchat completion for bash
_pchat_completion() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(
    pchat completion --for bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null
  )
}
complete -o default -F _pchat_completion pchat
`,
  zsh: `#compdef pchat
# pchat completion for zsh
_pchat() {
  local line quote=\${compstate[quote]}
  local -a candidates shown
  while IFS= read -r line; do
    candidates+=("\${line%%$'\\t'*}")
    shown+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}")
  done < <(pchat completion --for zsh ":\${(Q)\${:-$quote$PREFIX$quote}}" "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)
  (( $#candidates )) || { _files; return }
  compadd -l -d shown -a candidates
}
if [ "\${funcstack[1]}" = "_pchat" ]; then _pchat "$@"; else compdef _pchat pchat; fi
`,
  fish: `# pchat completion for fish
function __pchat_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current; or string trim -l -c "'\\"" -- $current)
    set -l found (pchat completion --for fish ":$plain" $before[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path $current
    end
end
complete -c pchat -f -a '(__pchat_complete)'
`,
  powershell: `# pchat completion for PowerShell
Register-ArgumentCompleter -Native -CommandName pchat -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { if ($null -ne $_.Value) { [string]$_.Value } else { $_.ToString() } })
  $current = $wordToComplete -replace "^['\`"]|['\`"]$", ""
  & pchat completion --for powershell ":$current" @before 2>$null | ForEach-Object {
    $text, $is = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $(if ($is) { $is } else { $text }))
  }
}
`,
};
