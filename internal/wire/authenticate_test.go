package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuthenticateRequestBytes(t *testing.T) {
	tests := []struct {
		name string
		user string
		want string
	}{
		{
			"without a user, which the server takes from the certificate", "",
			le(91) + le(7) + le(0) + le(2013) +
				le(0) + "\x00" + le(70) +
				"\x10authenticate\x00" + le(1) +
				"\x02mechanism\x00" + le(13) + "MONGODB-X509\x00" +
				"\x02$db\x00" + le(10) + "$external\x00" + "\x00",
		},
		{
			"with a user", `CN=J\C3\BCrgen`,
			le(116) + le(7) + le(0) + le(2013) +
				le(0) + "\x00" + le(95) +
				"\x10authenticate\x00" + le(1) +
				"\x02mechanism\x00" + le(13) + "MONGODB-X509\x00" +
				"\x02user\x00" + le(15) + `CN=J\C3\BCrgen` + "\x00" +
				"\x02$db\x00" + le(10) + "$external\x00" + "\x00",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]byte(tt.want), AuthenticateRequest(7, tt.user)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseAuthentication(t *testing.T) {
	failed := Document{
		{"ok", Double(0)}, {"errmsg", String("Authentication failed.")}, {"code", Int32(18)}, {"codeName", String("AuthenticationFailed")},
		{"user", String("CN=app")},
	}
	tests := []struct {
		name string
		doc  Document
		want Authentication
	}{
		{"authenticated", Document{{"dbname", String("$external")}, {"user", String("CN=app,O=Acme")}, {"ok", Double(1)}}, Authentication{OK: true, User: "CN=app,O=Acme"}},
		{"authenticated, and it does not say as whom", Document{{"ok", Int32(1)}}, Authentication{OK: true}},
		{"authenticated, with what makes no sense beside it", Document{{"ok", Bool(true)}, {"code", Int32(18)}, {"errmsg", String("x")}}, Authentication{OK: true}},
		{"refused", failed, Authentication{Code: 18, CodeName: "AuthenticationFailed", ErrMsg: "Authentication failed."}},
		{"a user that is no string", Document{{"ok", Double(1)}, {"user", Int32(1)}}, Authentication{OK: true}},
		{"nothing", Document{}, Authentication{}},
	}
	for _, tt := range tests {
		for _, legacy := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				h := Header{OpCode: OpMsg}
				if legacy {
					h.OpCode = OpReply
				}
				got, err := ParseAuthentication(h, Reply(2, 1, legacy, tt.doc)[HeaderSize:])
				if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
					t.Errorf("error %v (-want +got)\n%s", err, diff)
				}
			})
		}
	}
}

func TestParseAuthenticationErrors(t *testing.T) {
	got, err := ParseAuthentication(Header{OpCode: OpMsg}, []byte(le(0)+"\x00"+doc("\x10ok\x00")))
	const want = "malformed reply: BSON element of type 0x10 needs 4 bytes of 0"
	if err == nil || err.Error() != want || got != (Authentication{}) {
		t.Errorf("error %v with %+v, want %q", err, got, want)
	}
}
