package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/report"
	"github.com/mongotls/mongotls/internal/survey"
	"github.com/mongotls/mongotls/internal/target"
)

// certOptions are what `cert` was asked for.
type certOptions struct {
	outputOptions
	paths     []string
	hostnames []string
	as        string
	caFile    string
	crlFile   string
	password  *target.Secret
	split     string
	combine   string
	force     bool
	failOn    string
	ignore    []string
	expiresIn time.Duration
	at        string
}

// roles are the values of --as.
var roles = []string{"server", "member", "client", "ca"}

func newCertCommand(s Streams) *cobra.Command {
	o := &certOptions{}
	cmd := &cobra.Command{
		Use:   "cert FILE...",
		Short: "Say what is in certificate and key files, and whether they would work",
		Long: `Look at local files before they are deployed: CA files, certificate-key files
and CRLs, in PEM, DER, PKCS#12 or JKS. Show every certificate, its chain, dates
and names, whether the key belongs to it, and the MONGODB-X509 user it stands
for; and say what would fail with them, for which drivers, and how to fix it.
Nothing is contacted. FILE may be - for standard input.

An encrypted key is opened with the password of the flag, of the environment
variable MONGOTLS_KEY_PASSWORD, or typed on the terminal.

Exit codes: 0 the files would work, 1 something would fail, 2 the command could
not be run as given, 130 interrupted.`,
		Example: `  mongotls cert server.pem --tlsCAFile ca.pem --hostname db1.example.com --as member
  mongotls cert client.pem --as client
  mongotls cert client.p12 --combine client.pem
  mongotls cert bundle.pem --split parts`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.paths = args
			return runCert(cmd.Context(), o, s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.as, "as", "", "what the certificate is to be: `server|member|client|ca` (default: guessed from it)")
	f.StringArrayVar(&o.hostnames, "hostname", nil, "a `NAME` or address that clients will dial; repeatable")
	f.StringVar(&o.caFile, "tlsCAFile", "", "PEM `FILE` of CAs that the other side trusts")
	f.StringVar(&o.crlFile, "tlsCRLFile", "", "CRL `FILE`, PEM or DER")
	f.Var(&secretFlag{&o.password}, "tlsCertificateKeyFilePassword", "`PASSWORD` of the key; better in MONGOTLS_KEY_PASSWORD")
	f.StringVar(&o.split, "split", "", "write certificate, key, chain and CAs as files of their own into `DIR`")
	f.StringVar(&o.combine, "combine", "", "write certificate, chain and key into one `FILE`, as mongod and drivers want them")
	f.BoolVar(&o.force, "force", false, "let --split and --combine replace files")
	f.StringVar(&o.failOn, "fail-on", "fail", "what makes exit code 1: `fail|warn`")
	f.StringSliceVar(&o.ignore, "ignore", nil, "findings not to count: `ID,...`")
	f.DurationVar(&o.expiresIn, "expires-in", 0, "warn when a certificate has less left (default a third of its lifetime, at most 720h)")
	f.StringVar(&o.at, "at", "", "judge validity at this `TIME` (RFC 3339, or 2006-01-02)")
	o.outputOptions.add(cmd)
	completeWith(cmd, "fail-on", failOnValues)
	completeWith(cmd, "ignore", findingIDs())
	completeWith(cmd, "as", roles)
	return cmd
}

// complete validates the options.
func (o *certOptions) complete(s Streams) (policy finding.Policy, err error) {
	if len(o.paths) == 0 {
		return policy, usagef("mongotls cert FILE...", "no file given")
	}
	if err := o.outputOptions.complete(); err != nil {
		return policy, err
	}
	if err := checkFailOn(o.failOn); err != nil {
		return policy, err
	}
	if o.as != "" && !slices.Contains(roles, o.as) {
		return policy, usagef(didYouMean(o.as, roles, "--as takes "+strings.Join(roles, ", ")), "--as %q is not known", o.as)
	}
	if len(o.hostnames) > 0 && (o.as == "client" || o.as == "ca") {
		return policy, usagef("leave one out: nobody dials a client or a CA", "--hostname and --as %s contradict each other", o.as)
	}
	for _, name := range o.hostnames {
		if name == "" || strings.ContainsAny(name, "/@ ") {
			return policy, usagef("give the name or address alone", "--hostname %q is neither a host name nor an address", name)
		}
	}
	if o.force && o.split == "" && o.combine == "" {
		return policy, usagef("leave it out", "--force is for --split and --combine")
	}
	if o.expiresIn < 0 {
		return policy, usagef(durationHint, "a duration must not be negative")
	}
	policy.ExpiresInSeconds = int64(o.expiresIn / time.Second)
	if policy.At, err = parseAt(o.at); err != nil {
		return policy, err
	}
	policy.Ignore, err = parseIgnore(o.ignore)
	return policy, err
}

func runCert(ctx context.Context, o *certOptions, s Streams) error {
	policy, err := o.complete(s)
	if err != nil {
		return err
	}
	var interrupted error
	inspector := &keyfile.Inspector{Password: s.Env("MONGOTLS_KEY_PASSWORD")}
	if o.password != nil {
		inspector.Password = string(*o.password)
	}
	if s.ReadPassword != nil {
		inspector.Ask = func(path string) string {
			var password target.Secret
			password, interrupted = askPassword(ctx, path, s)
			return string(password)
		}
	}
	request := survey.LocalRequest{
		Paths: o.paths, CAFile: o.caFile, CRLFile: o.crlFile, As: o.as, Hostnames: o.hostnames, At: policy.At, Inspector: inspector,
	}
	if slices.Contains(o.paths, "-") {
		if request.Stdin, err = readStdin(s); err != nil {
			return err
		}
	}
	v := &survey.Survey{Env: s.Env}
	facts, inspections := v.ObserveFiles(ctx, request)
	if interrupted != nil || errors.Is(context.Cause(ctx), context.Canceled) {
		return errInterrupted
	}
	c := report.NewCertificates(tool(), &facts, policy)
	// What cannot be written is told in place of the report, not behind it.
	if err := o.writeParts(inspections, s); err != nil {
		return err
	}
	if err := o.writeCertificates(c, s); err != nil {
		return err
	}
	if code := report.CertificatesExitCode(c, o.failOn); code != exitOK {
		return exitError(code)
	}
	return nil
}

// readStdin reads a file from standard input.
func readStdin(s Streams) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(s.In, keyfile.MaxSize+1))
	switch {
	case errors.Is(err, errInterrupted):
		return nil, err
	case err != nil:
		return nil, usagef("name the file", "reading standard input: %v", reason(err))
	case len(data) > keyfile.MaxSize:
		return nil, usagef("this is not a certificate file", "standard input has more than %d MiB", keyfile.MaxSize>>20)
	}
	return data, nil
}

// writeParts writes what --split and --combine ask for.
func (o *certOptions) writeParts(inspections []*keyfile.Inspection, s Streams) error {
	if o.split == "" && o.combine == "" {
		return nil
	}
	parts, err := keyfile.PartsOf(inspections)
	if err != nil {
		return usagef("give the password with MONGOTLS_KEY_PASSWORD", "%v", err)
	}
	var files []keyfile.Named
	if o.split != "" {
		files = inFolder(o.split, parts.Split())
		if len(files) == 0 {
			return usagef("leave --split out to see what the file holds", "--split: there is nothing to write")
		}
	}
	if o.combine != "" {
		if keyfile.Contradicts(inspections, parts.Leaf) {
			return usagef("give the key that the certificate was requested with", "--combine: the key belongs to none of the certificates")
		}
		content, err := parts.Combined()
		if err != nil {
			return usagef("name the file that has it as well", "--combine: %v", err)
		}
		files = append(files, keyfile.Named{Name: o.combine, Content: content})
	}
	if err := writeSecrets(files, o.split, o.force); err != nil {
		return err
	}
	if !o.quiet {
		for _, f := range files {
			fmt.Fprintf(s.Err, "wrote %s\n", report.Clean(f.Name))
		}
	}
	return nil
}
