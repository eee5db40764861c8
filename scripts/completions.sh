#!/usr/bin/env bash
# Writes the shell completions that release archives hold to completions/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf completions
mkdir completions
write() { go run ./cmd/mongotls completion "$1" > "completions/$2"; }
write bash mongotls.bash
write zsh _mongotls # the name under which zsh looks for it in its fpath
write fish mongotls.fish
write powershell mongotls.ps1
