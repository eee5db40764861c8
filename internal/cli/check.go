package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/report"
	"github.com/mongotls/mongotls/internal/revocation"
	"github.com/mongotls/mongotls/internal/scan"
	"github.com/mongotls/mongotls/internal/survey"
	"github.com/mongotls/mongotls/internal/target"
)

// checkOptions are what `check` was asked for.
type checkOptions struct {
	outputOptions
	tls          target.Flags
	targets      []string
	files        []string
	serverName   string
	connect      string
	authenticate bool
	timeout      time.Duration
	deadline     time.Duration
	quick        bool
	scan         bool
	scanRate     int
	noMembers    bool
	offline      bool
	dryRun       bool
	concurrency  int
	drivers      []string
	failOn       string
	ignore       []string
	expiresIn    time.Duration
	at           string

	// The rest is for the lab, whose endpoints need a name server and a network
	// of their own; nil is the system's.
	resolver *net.Resolver
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	now      func() time.Time
}

func newCheckCommand(s Streams) *cobra.Command { return checkCommand(&checkOptions{}, s) }

func checkCommand(o *checkOptions, s Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check TARGET...",
		Short: "Probe endpoints and say what stops a driver, why, and how to fix it",
		Long: `Probe each TARGET as MongoDB drivers would and beyond where they stop: TCP,
TLS handshake, protocol versions, certificate chain, hostname, client
certificate, hello. Then say what is wrong, why that gives the error seen, and
what to change.

A TARGET is a host, host:port, an IP address ([2001:db8::1]:27017), or a
mongodb:// or mongodb+srv:// connection string, whose TLS options are honoured.
A flag of the same name as a URI option overrides it.

The members of a replica set are looked at too, each by the name that the set
gives it, as drivers do. One that fails beside a primary that works is a warning:
drivers do without it until it is needed.

An encrypted key is opened with the password of the option, of the environment
variable MONGOTLS_KEY_PASSWORD, or typed on the terminal. No other credential
is used: nobody is authenticated but with --authenticate, and then by the client
certificate alone.

Exit codes: 0 everything would connect, 1 something fails, 2 the command could
not be run as given, 3 something could not be reached, 130 interrupted.`,
		Example: `  mongotls check db1.example.com:27017
  mongotls check db1.example.com --tlsCAFile ca.pem
  mongotls check 'mongodb://db1,db2,db3/?replicaSet=rs0&tls=true&tlsCAFile=ca.pem'
  mongotls check mongodb+srv://cluster0.example.net -o json
  mongotls check db1.example.com --tlsCertificateKeyFile client.pem --authenticate`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.targets = args
			return runCheck(cmd.Context(), o, s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	addTLSFlags(cmd, &o.tls)
	f.StringVar(&o.serverName, "servername", "", "`NAME` for SNI and verification, when it is not the host dialled")
	f.StringVar(&o.connect, "connect", "", "dial `HOST:PORT` instead, verify as TARGET (tunnels, port-forwards)")
	f.BoolVar(&o.authenticate, "authenticate", false, "authenticate with the client certificate (MONGODB-X509), and say what the server answers")
	f.StringArrayVarP(&o.files, "file", "f", nil, "read targets from `FILE`, one per line (# comments, - is stdin)")
	f.DurationVar(&o.timeout, "timeout", probe.DefaultTimeout, "for one connection")
	f.DurationVar(&o.deadline, "deadline", 0, "for the whole run (default none)")
	f.BoolVar(&o.noMembers, "no-members", false, "look at the hosts given, not at the replica-set members that hello names")
	f.BoolVar(&o.quick, "quick", false, "one connection per host given, as a driver makes it: no side questions, no members")
	f.BoolVar(&o.scan, "scan", false, "also find out every protocol version, cipher suite and group that is accepted")
	f.IntVar(&o.scanRate, "scan-rate", scan.DefaultRate, "connections that --scan begins in a second at one endpoint; 0 sets no limit")
	f.BoolVar(&o.offline, "offline", false, "contact nothing but the endpoint: no OCSP responder, no CRL, no missing issuer")
	f.BoolVar(&o.dryRun, "dry-run", false, "show what would be probed and with which options, and stop")
	f.IntVar(&o.concurrency, "concurrency", survey.DefaultConcurrency, "endpoints probed at once")
	f.StringSliceVar(&o.drivers, "driver", nil, "judge for these drivers only: `NAME,...` (default all)")
	f.StringVar(&o.failOn, "fail-on", "fail", "what makes exit code 1: `fail|warn`")
	f.StringSliceVar(&o.ignore, "ignore", nil, "findings not to count: `ID,...`")
	f.DurationVar(&o.expiresIn, "expires-in", 0, "warn when a certificate has less left (default a third of its lifetime, at most 720h)")
	f.StringVar(&o.at, "at", "", "judge validity at this `TIME` (RFC 3339, or 2006-01-02)")
	o.outputOptions.add(cmd)
	completeWith(cmd, "fail-on", failOnValues)
	completeWith(cmd, "ignore", findingIDs())
	completeWith(cmd, "driver", driver.Names())
	return cmd
}

// completeWith offers the shell the values of a flag that has no other.
func completeWith(cmd *cobra.Command, flag string, values []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}

// addTLSFlags adds the options of the URI options specification as flags. A flag
// that is not given must be told from one given as false, so each is a pointer.
func addTLSFlags(cmd *cobra.Command, flags *target.Flags) {
	f := cmd.Flags()
	text := func(p **string, name, usage string) {
		f.Var(&textFlag{p}, name, usage)
	}
	boolean := func(p **bool, name, usage string) {
		f.Var(&boolFlag{p}, name, usage)
		f.Lookup(name).NoOptDefVal = "true"
	}
	text(&flags.TLSCAFile, "tlsCAFile", "PEM `FILE` of CAs trusted instead of the default roots")
	text(&flags.TLSCertificateKeyFile, "tlsCertificateKeyFile", "client certificate and key in one PEM `FILE`")
	f.Var(&secretFlag{&flags.TLSCertificateKeyFilePassword}, "tlsCertificateKeyFilePassword", "`PASSWORD` of the key; better in MONGOTLS_KEY_PASSWORD")
	text(&flags.TLSCRLFile, "tlsCRLFile", "CRL `FILE`, PEM or DER")
	boolean(&flags.TLSInsecure, "tlsInsecure", "judge as a driver that accepts anything")
	boolean(&flags.TLSAllowInvalidCertificates, "tlsAllowInvalidCertificates", "judge as a driver that skips certificate validation")
	boolean(&flags.TLSAllowInvalidHostnames, "tlsAllowInvalidHostnames", "judge as a driver that skips hostname verification")
	boolean(&flags.TLSDisableOCSPEndpointCheck, "tlsDisableOCSPEndpointCheck", "never contact an OCSP responder")
	boolean(&flags.TLSDisableCertificateRevocationCheck, "tlsDisableCertificateRevocationCheck", "no revocation checking at all")
}

// complete validates the options and parses the targets.
func (o *checkOptions) complete(s Streams) (targets []*target.Target, policy finding.Policy, err error) {
	if err := o.outputOptions.complete(); err != nil {
		return nil, policy, err
	}
	if err := checkFailOn(o.failOn); err != nil {
		return nil, policy, err
	}
	if o.timeout <= 0 || o.deadline < 0 || o.expiresIn < 0 {
		return nil, policy, usagef(durationHint, "a duration must not be negative, and --timeout not zero")
	}
	if o.quick && o.scan {
		return nil, policy, usagef("leave one of them out: --quick makes one connection, --scan some eighty", "--quick and --scan contradict each other")
	}
	if !o.scan && o.scanRate != scan.DefaultRate {
		return nil, policy, usagef("add --scan, or leave it out", "--scan-rate is for --scan")
	}
	if o.scanRate < 0 {
		return nil, policy, usagef("give 0 for no limit, or more", "--scan-rate %d is negative", o.scanRate)
	}
	if o.concurrency < 1 {
		return nil, policy, usagef("give 1 or more", "--concurrency %d is too small", o.concurrency)
	}
	policy.ExpiresInSeconds = int64(o.expiresIn / time.Second)
	if policy.At, err = parseAt(o.at); err != nil {
		return nil, policy, err
	}
	if policy.Ignore, err = parseIgnore(o.ignore); err != nil {
		return nil, policy, err
	}
	if policy.Drivers, err = parseDrivers(o.drivers); err != nil {
		return nil, policy, err
	}
	inputs, err := readTargets(o.targets, o.files, s)
	if err != nil {
		return nil, policy, err
	}
	if len(inputs) == 0 {
		return nil, policy, usagef("mongotls check HOST:PORT, or a mongodb:// URI; mongotls lab check shows an example without a server", "no target given")
	}
	if p := s.Env("MONGOTLS_KEY_PASSWORD"); p != "" && o.tls.TLSCertificateKeyFilePassword == nil {
		secret := target.Secret(p)
		o.tls.TLSCertificateKeyFilePassword = &secret
	}
	wrong := problems{several: len(inputs) > 1}
	for _, input := range inputs {
		t, found := target.Parse(input)
		shown := ""
		if t != nil {
			shown = t.Input
			found = append(found, t.Override(o.tls)...)
			if o.authenticate {
				found = append(found, t.CheckAuthenticate()...)
			}
		}
		wrong.add(shown, found)
		targets = append(targets, t)
	}
	return targets, policy, wrong.err()
}

// findingIDs are the identifiers that --ignore takes.
func findingIDs() []string {
	var ids []string
	for _, e := range finding.Catalogue() {
		ids = append(ids, string(e.ID))
	}
	return ids
}

// parseIgnore reads --ignore.
func parseIgnore(names []string) ([]finding.ID, error) {
	var ids []finding.ID
	for _, name := range names {
		if _, ok := finding.Lookup(finding.ID(name)); !ok {
			return nil, usagef(didYouMean(name, findingIDs(), "each finding of a report begins with its identifier"), "--ignore names no finding: %q", name)
		}
		ids = append(ids, finding.ID(name))
	}
	return ids, nil
}

// otherNames are what people call drivers, and what stands on one.
var otherNames = map[string]string{
	"python": "pymongo", "nodejs": "node", "node.js": "node", "javascript": "node", "mongoose": "node", "compass": "mongosh",
	"golang": "go", "mongodump": "go", "mongorestore": "go", "mongoexport": "go", "mongoimport": "go", "jvm": "java", "kotlin": "java",
	"scala": "java", "spring": "java", "libmongoc": "c", "cpp": "c", "c++": "c", "mongocxx": "c", "dotnet": "csharp", ".net": "csharp",
	"c#": "csharp", "mongoid": "ruby", "mongo-rust-driver": "rust",
}

// parseDrivers reads --driver.
func parseDrivers(names []string) ([]string, error) {
	var drivers []string
	for _, given := range names {
		name := strings.ToLower(strings.TrimSpace(given))
		if !slices.Contains(driver.Names(), name) {
			hint := didYouMean(name, driver.Names(), "they are "+strings.Join(driver.Names(), ", "))
			if other, ok := otherNames[name]; ok {
				hint = fmt.Sprintf("did you mean %q?", other)
			}
			return nil, usagef(hint, "--driver names no driver: %q", given)
		}
		if !slices.Contains(drivers, name) {
			drivers = append(drivers, name)
		}
	}
	return drivers, nil
}

// failOnValues are those of --fail-on.
var failOnValues = []string{"fail", "warn"}

func checkFailOn(failOn string) error {
	if !slices.Contains(failOnValues, failOn) {
		return usagef("--fail-on takes "+strings.Join(failOnValues, " or "), "--fail-on %q is not known", failOn)
	}
	return nil
}

// parseAt reads --at. A date without a time is midnight UTC.
func parseAt(at string) (time.Time, error) {
	if at == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, at); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usagef("write it as 2026-12-31 or 2026-12-31T23:59:59Z", "--at %q is not a time", at)
}

// newSurvey makes the survey that the options ask for.
func (o *checkOptions) newSurvey(s Streams) (*survey.Survey, error) {
	v := &survey.Survey{
		Client:       &probe.Client{Dial: o.dial, Timeout: o.timeout, Version: Version},
		Env:          s.Env,
		SRVTimeout:   o.timeout,
		Concurrency:  o.concurrency,
		ServerName:   o.serverName,
		Authenticate: o.authenticate,
		Quick:        o.quick,
		NoMembers:    o.noMembers,
		Offline:      o.offline,
		Revocation: &revocation.Checker{
			// Responders are asked the way that drivers in Go and Python do it.
			Proxy: http.ProxyFromEnvironment, Timeout: min(o.timeout, revocationTimeout), Now: o.now,
		},
		Now: o.now,
	}
	if o.scan {
		v.Scan = &scan.Scanner{Dial: o.dial, Timeout: o.timeout, Rate: o.scanRate}
		if o.scanRate == 0 {
			v.Scan.Rate = -1
		}
	}
	if o.resolver != nil {
		v.SRV, v.Client.Resolver = o.resolver, o.resolver
	}
	if o.connect != "" {
		host, port, err := net.SplitHostPort(o.connect)
		number, bad := strconv.Atoi(port)
		if err != nil || bad != nil || host == "" || number < 1 || number > 65535 {
			return nil, usagef("write it as HOST:PORT, an IPv6 address in brackets", "--connect %q is not an address", o.connect)
		}
		v.ConnectHost, v.ConnectPort = host, number
	}
	return v, nil
}

// revocationTimeout is what the OCSP support specification gives a responder.
const revocationTimeout = 5 * time.Second

func runCheck(ctx context.Context, o *checkOptions, s Streams) error {
	r, err := check(ctx, o, s)
	if err != nil || r == nil {
		return err
	}
	if err := o.write(r, s); err != nil {
		return err
	}
	if code := report.ExitCode(r, o.failOn); code != exitOK {
		return exitError(code)
	}
	return nil
}

// check observes and judges. The report is nil after a dry run.
func check(ctx context.Context, o *checkOptions, s Streams) (*report.Report, error) {
	targets, policy, err := o.complete(s)
	if err != nil {
		return nil, err
	}
	v, err := o.newSurvey(s)
	if err != nil {
		return nil, err
	}
	if o.deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.deadline)
		defer cancel()
	}
	if o.dryRun {
		return nil, dryRun(ctx, v, targets, o, s)
	}
	if v.KeyPasswords, err = askKeyPasswords(ctx, targets, s); err != nil {
		return nil, err
	}
	progress := newProgress(s, o.quiet)
	v.Progress = progress.update
	run := v.Observe(ctx, targets)
	progress.stop()
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return nil, errInterrupted
	}
	return report.New(tool(), run, policy), nil
}

// tool names this program in a report.
func tool() report.Tool { return report.Tool{Name: "mongotls", Version: Version} }

// dryRun shows what would be probed. SRV names are resolved, because their
// hosts are the answer.
func dryRun(ctx context.Context, v *survey.Survey, targets []*target.Target, o *checkOptions, s Streams) error {
	plan := report.Plan{Schema: report.PlanSchema, Targets: []report.PlannedTarget{}}
	for _, t := range targets {
		f, hosts := v.Plan(ctx, t)
		p := report.PlannedTarget{Target: f, Endpoints: []report.PlannedEndpoint{}}
		for _, h := range hosts {
			request := probe.Request{Host: h.Host, Port: h.Port, ServerName: o.serverName, Quick: o.quick}
			if t.Options.TLSCertificateKeyFile.IsSet() {
				// The file is not read in a dry run; that there is one is enough.
				request.ClientCertificate = &tls.Certificate{}
			}
			questions := []string{}
			for _, q := range probe.Plan(request) {
				questions = append(questions, string(q))
			}
			p.Endpoints = append(p.Endpoints, report.PlannedEndpoint{Host: h.Host, Port: h.Port, Questions: questions, Scan: o.scan})
		}
		plan.Targets = append(plan.Targets, p)
	}
	return o.writePlan(plan, s)
}

// textFlag, boolFlag and secretFlag set a pointer when the flag is given.
type textFlag struct{ value **string }

func (f *textFlag) String() string     { return "" }
func (f *textFlag) Type() string       { return "string" }
func (f *textFlag) Set(s string) error { *f.value = &s; return nil }

type boolFlag struct{ value **bool }

func (f *boolFlag) String() string   { return "" }
func (f *boolFlag) Type() string     { return "bool" }
func (f *boolFlag) IsBoolFlag() bool { return true }
func (f *boolFlag) Set(s string) error {
	b, err := strconv.ParseBool(strings.ToLower(s))
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", s)
	}
	*f.value = &b
	return nil
}

type secretFlag struct{ value **target.Secret }

func (f *secretFlag) String() string { return "" }
func (f *secretFlag) Type() string   { return "string" }
func (f *secretFlag) Set(s string) error {
	secret := target.Secret(s)
	*f.value = &secret
	return nil
}
