package lab

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/mongotls/mongotls/internal/wire"
)

func TestConnecting(t *testing.T) {
	tests := []struct {
		id   string
		want string
	}{
		{"healthy", "connected"},
		{"tcp-refused", "refused"},
		{"tcp-timeout", "timeout"},
		{"tcp-unreachable", "unreachable"},
		{"tcp-reset", "closed"},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			i := run(t, test.id)
			connect := i.Dial
			if connect == nil {
				connect = new(net.Dialer).DialContext
			}
			ctx, cancel := context.WithTimeout(t.Context(), impatience)
			defer cancel()
			conn, err := connect(ctx, "tcp", strings.Replace(i.Target, "localhost", "127.0.0.1", 1))
			got := "connected"
			if err == nil {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(impatience))
				// A reset after the connection was made shows on the first read.
				if _, err = conn.Read(make([]byte, 1)); ending(err) == "timeout" {
					err = nil
				}
			}
			switch {
			case errors.Is(err, syscall.ECONNREFUSED):
				got = "refused"
			case errors.Is(err, syscall.EHOSTUNREACH):
				got = "unreachable"
			case err != nil:
				got = ending(err)
			}
			if got != test.want {
				t.Errorf("connecting: %s (%v), want %s", got, err, test.want)
			}
		})
	}
}

// TestResolving asks each scenario's name server for the addresses of the
// target, or for its seed list.
func TestResolving(t *testing.T) {
	type answer struct {
		Addresses, Hosts, TXT []string
		Failure               string
	}
	tests := []struct {
		id   string
		want answer
	}{
		{"dns-not-found", answer{Failure: "not found"}},
		{"dns-timeout", answer{Failure: "timeout"}},
		{"dns-server-failure", answer{Failure: "server misbehaving"}},
		{"one-address-refused", answer{Addresses: []string{"127.0.0.1", "::1"}}},
		{"srv-healthy", answer{Hosts: []string{"member0.lab.test.:PORT"}, Addresses: []string{"127.0.0.1"}}},
		{"srv-not-found", answer{Failure: "not found"}},
		{"srv-domain-mismatch", answer{Hosts: []string{"member0.elsewhere.test.:PORT"}, Addresses: []string{"127.0.0.1"}}},
		{"srv-txt-invalid", answer{
			Hosts: []string{"member0.lab.test.:PORT"}, Addresses: []string{"127.0.0.1"}, TXT: []string{"authSource=admin&ssl=false"},
		}},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			i := run(t, test.id)
			wait := patience
			if test.want.Failure == "timeout" {
				wait = impatience
			}
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			var got answer
			host, _, err := net.SplitHostPort(i.Target)
			if strings.HasPrefix(i.Target, "mongodb+srv://") {
				var records []*net.SRV
				_, records, err = i.Resolver.LookupSRV(ctx, "mongodb", "tcp", clusterName)
				for _, r := range records {
					host = r.Target
					port := strings.Replace(strconv.Itoa(int(r.Port)), i.Address[len("127.0.0.1:"):], "PORT", 1)
					got.Hosts = append(got.Hosts, r.Target+":"+port)
				}
				// Most have no TXT record, which is an error here and none of ours.
				got.TXT, _ = i.Resolver.LookupTXT(ctx, clusterName)
			}
			if err == nil {
				got.Addresses, err = i.Resolver.LookupHost(ctx, host)
				slices.Sort(got.Addresses)
			}
			var failure *net.DNSError
			switch {
			case errors.As(err, &failure) && failure.IsNotFound:
				got.Failure = "not found"
			case errors.As(err, &failure) && failure.IsTimeout:
				got.Failure = "timeout"
			case errors.As(err, &failure):
				got.Failure = failure.Err
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("the name server says (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSRVMemberIsServed follows the seed list to the member, TLS and all.
func TestSRVMemberIsServed(t *testing.T) {
	i := run(t, "srv-healthy")
	_, port, _ := net.SplitHostPort(i.Address)
	i.Target = net.JoinHostPort(memberName, port)
	want := sound.with(func(s *seen) { s.Hello = "RSPrimary" })
	if diff := cmp.Diff(want, observe(t, i, patience)); diff != "" {
		t.Errorf("a client sees (-want +got):\n%s", diff)
	}
}

func TestOneAddressRefused(t *testing.T) {
	i := run(t, "one-address-refused")
	_, port, _ := net.SplitHostPort(i.Address)
	if diff := cmp.Diff(sound, observe(t, i, patience)); diff != "" {
		t.Errorf("by IPv4 a client sees (-want +got):\n%s", diff)
	}
	if conn, err := net.DialTimeout("tcp", net.JoinHostPort("::1", port), patience); err == nil {
		conn.Close()
		t.Error("the server listens on ::1 too")
	}
}

// TestNameServerByTCP asks by a stream, two queries on one.
func TestNameServerByTCP(t *testing.T) {
	n, err := startNameServer(t.Context(), &zone{addresses: map[string][]netip.Addr{"a.lab.test.": {netip.MustParseAddr("192.0.2.7")}}})
	if err != nil {
		t.Fatal(err)
	}
	defer n.close()
	conn, err := net.Dial("tcp", n.streams.listeners[0].Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	for range 2 {
		query := dnsQuery(t, "A.lab.TEST.", dnsmessage.TypeA)
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)); err != nil {
			t.Fatal(err)
		}
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			t.Fatal(err)
		}
		packed := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, packed); err != nil {
			t.Fatal(err)
		}
		var reply dnsmessage.Message
		if err := reply.Unpack(packed); err != nil {
			t.Fatal(err)
		}
		want := []dnsmessage.ResourceBody{&dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}}}
		var got []dnsmessage.ResourceBody
		for _, a := range reply.Answers {
			got = append(got, a.Body)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
	}
}

func dnsQuery(t testing.TB, name string, kind dnsmessage.Type) []byte {
	t.Helper()
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 77, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}},
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzNameServer(f *testing.F) {
	z := &zone{
		addresses: map[string][]netip.Addr{"a.test.": {netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7")}},
		services:  map[string][]service{"_mongodb._tcp.a.test.": {{port: 27017, target: "a.test."}}},
		texts:     map[string][][]string{"a.test.": {{"authSource=", "admin"}}},
		failing:   map[string]bool{"b.test.": true},
		silent:    map[string]bool{"c.test.": true},
	}
	for _, name := range []string{"a.test.", "_mongodb._tcp.a.test.", "b.test.", "c.test.", "d.test."} {
		for _, kind := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA, dnsmessage.TypeSRV, dnsmessage.TypeTXT} {
			f.Add(dnsQuery(f, name, kind))
		}
	}
	f.Fuzz(func(t *testing.T, query []byte) {
		reply := z.answer(query)
		if reply == nil {
			return
		}
		var m dnsmessage.Message
		if err := m.Unpack(reply); err != nil {
			t.Fatalf("the reply to %x is malformed: %v", query, err)
		}
		if !m.Response || len(reply) > len(query)+512 {
			t.Errorf("the reply to %x is no response or too long: %x", query, reply)
		}
	})
}

func FuzzOfferedSuites(f *testing.F) {
	f.Add([]byte{1, 0, 0, 41, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0x9f, 0, 0x9e, 0})
	f.Fuzz(func(t *testing.T, message []byte) {
		if suites, ok := offeredSuites(message); !ok && suites != nil || 2*len(suites) > len(message) {
			t.Errorf("%d suites, %t, of a message of %d bytes", len(suites), ok, len(message))
		}
	})
}

// TestSelectorChoosesByItsOwnOrder reads the ServerHello that a client with
// other suites than Go's gets.
func TestSelectorChoosesByItsOwnOrder(t *testing.T) {
	tests := []struct {
		name    string
		offered []uint16
		want    string
	}{
		{"the server's first of those offered", []uint16{0x0033, 0x1301, 0x009e}, "suite 0x009e"},
		{"AES-CCM", []uint16{0xc09e}, "suite 0xc09e"},
		{"none of them", []uint16{0x1301, 0xc02f}, "alert 40"},
		{"nothing at all", nil, "alert 40"},
	}
	i := run(t, "no-shared-cipher-dhe")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn := dial(t, i, patience)
			if _, err := conn.Write(clientHello(test.offered)); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			switch {
			case len(answer) == 7 && answer[0] == 21:
				got = "alert " + strconv.Itoa(int(answer[6]))
			case len(answer) > 46 && answer[0] == 22 && answer[5] == 2:
				got = "suite 0x" + strconv.FormatUint(uint64(binary.BigEndian.Uint16(answer[44:]))|1<<16, 16)[1:]
			}
			if got != test.want {
				t.Errorf("the answer is %q (%x), want %q", got, answer, test.want)
			}
		})
	}
}

// clientHello is a record with a ClientHello of TLS 1.2 that has no extensions.
func clientHello(suites []uint16) []byte {
	body := append([]byte{3, 3}, make([]byte, 32+1)...)
	body = binary.BigEndian.AppendUint16(body, uint16(2*len(suites)))
	for _, s := range suites {
		body = binary.BigEndian.AppendUint16(body, s)
	}
	body = append(body, 1, 0)
	message := append([]byte{1, 0}, binary.BigEndian.AppendUint16(nil, uint16(len(body)))...)
	message = append(message, body...)
	return append(append([]byte{22, 3, 1}, binary.BigEndian.AppendUint16(nil, uint16(len(message)))...), message...)
}

// TestReadRecordIsBounded gives the hand-written readers what is no ClientHello.
func TestReadRecordIsBounded(t *testing.T) {
	tests := []struct {
		name string
		sent []byte
		want string
	}{
		{"a message of MongoDB", wire.HelloRequest(1, wire.Metadata{}), "no TLS handshake record"},
		{"a record longer than TLS has them", []byte{22, 3, 1, 0x40, 0x01}, "no TLS handshake record"},
		{"a record cut short", []byte{22, 3, 1, 0, 9, 1}, "unexpected EOF"},
		{"nothing", nil, "EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			us, them := net.Pipe()
			go func() {
				_, _ = them.Write(test.sent)
				them.Close()
			}()
			_, err := readRecord(us)
			us.Close()
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}
