package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Version is the release, set at link time; a build without it is "dev".
var Version = "dev"

// versionDocument is `version -o json`.
type versionDocument struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	// MozillaRoots is the version of the embedded Mozilla root store's module.
	MozillaRoots string `json:"mozillaRoots"`
}

func newVersionCommand(s Streams) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			d := versionDocument{
				Schema: "mongotls.version/v1", Version: Version, Go: runtime.Version(),
				OS: runtime.GOOS, Arch: runtime.GOARCH, MozillaRoots: rootsVersion(),
			}
			switch output {
			case "json":
				e := json.NewEncoder(s.Out)
				e.SetIndent("", "  ")
				return e.Encode(d)
			case "text":
				_, err := fmt.Fprintf(s.Out, "mongotls %s (%s, %s/%s, Mozilla roots %s)\n", d.Version, d.Go, d.OS, d.Arch, d.MozillaRoots)
				return err
			}
			return usagef("--output takes text or json", "output format %q is not known", output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`, text|json")
	return cmd
}

// rootsVersion is the module version of the Mozilla roots that are built in.
func rootsVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "golang.org/x/crypto/x509roots/fallback" {
				return m.Version
			}
		}
	}
	return "unknown"
}
