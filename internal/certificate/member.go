package certificate

import (
	"cmp"
	"errors"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// MongoDB's extensions.
const (
	oidMongoDBRoles      = "1.3.6.1.4.1.34601.2.1.1"
	oidMongoDBMembership = "1.3.6.1.4.1.34601.2.1.2"
)

// maxRoles bounds the roles of one certificate.
const maxRoles = 1000

// Role is a role that a certificate grants its user.
type Role struct {
	Role string
	// DB is the database that the role is defined in.
	DB string
}

// Roles decodes the extension mongodbRolesGranted, a SET of role and database.
// mongod honours it unless net.tls.CAFile's entries in tlsCATrusts say
// otherwise. Nil without an error means that there is none.
func (c *Certificate) Roles() ([]Role, error) {
	value, ok := c.extension(oidMongoDBRoles)
	if !ok {
		return nil, nil
	}
	var set cryptobyte.String
	if !value.ReadASN1(&set, cbasn1.SET) || !value.Empty() {
		return nil, errMalformed
	}
	roles := []Role{}
	for !set.Empty() {
		var entry, role, db cryptobyte.String
		if len(roles) >= maxRoles {
			return nil, errors.New("too many roles")
		}
		if !set.ReadASN1(&entry, cbasn1.SEQUENCE) || !entry.ReadASN1(&role, cbasn1.UTF8String) ||
			!entry.ReadASN1(&db, cbasn1.UTF8String) || !entry.Empty() {
			return nil, errMalformed
		}
		roles = append(roles, Role{string(role), string(db)})
	}
	return roles, nil
}

// Membership decodes the extension mongodbClusterMembership, the text by which
// net.tls.clusterAuthX509.extensionValue recognises members. Empty without an
// error means that there is none.
func (c *Certificate) Membership() (string, error) {
	value, ok := c.extension(oidMongoDBMembership)
	if !ok {
		return "", nil
	}
	var text cryptobyte.String
	if !value.ReadASN1(&text, cbasn1.UTF8String) || !value.Empty() {
		return "", errMalformed
	}
	return string(text), nil
}

// extension is the value of the first extension with this OID.
func (c *Certificate) extension(oid string) (cryptobyte.String, bool) {
	s := cryptobyte.String(c.RawTBS)
	var present bool
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) ||
		!s.SkipOptionalASN1(cbasn1.Tag(0).Constructed().ContextSpecific()) || !s.SkipASN1(cbasn1.INTEGER) {
		return nil, false
	}
	for range 5 { // signature, issuer, validity, subject, subjectPublicKeyInfo
		if !s.SkipASN1(cbasn1.SEQUENCE) {
			return nil, false
		}
	}
	if !s.SkipOptionalASN1(cbasn1.Tag(1).ContextSpecific()) || !s.SkipOptionalASN1(cbasn1.Tag(2).ContextSpecific()) ||
		!s.ReadOptionalASN1(&s, &present, cbasn1.Tag(3).Constructed().ContextSpecific()) || !present ||
		!s.ReadASN1(&s, cbasn1.SEQUENCE) {
		return nil, false
	}
	for !s.Empty() {
		var ext, id, value cryptobyte.String
		critical := false
		if !s.ReadASN1(&ext, cbasn1.SEQUENCE) || !ext.ReadASN1(&id, cbasn1.OBJECT_IDENTIFIER) ||
			!readCritical(&ext, &critical) || !ext.ReadASN1(&value, cbasn1.OCTET_STRING) {
			return nil, false
		}
		if dotted(id) == oid {
			return value, true
		}
	}
	return nil, false
}

// clusterAttribute is a type and value by which mongod recognises members.
type clusterAttribute struct{ oid, value string }

// clusterAttributes are all O, OU and DC values of the subject, sorted, as
// mongod prepares them.
func (c *Certificate) clusterAttributes() []clusterAttribute {
	n, err := parseName(c.RawSubject)
	if c.Error != "" || err != nil {
		return nil
	}
	var list []clusterAttribute
	for _, rdn := range n {
		for _, a := range rdn {
			if a.oid == oidOrganization || a.oid == oidOrgUnit || a.oid == oidDomainComponent {
				value, _ := a.prepared()
				list = append(list, clusterAttribute{a.oid, value})
			}
		}
	}
	slices.SortFunc(list, func(a, b clusterAttribute) int {
		return cmp.Or(cmp.Compare(a.oid, b.oid), cmp.Compare(a.value, b.value))
	})
	return list
}

// SameCluster reports whether a server with the one certificate takes the holder
// of the other for a member of its cluster, with all rights, once clusterAuthMode
// allows x.509: their O, OU and DC attributes are the same, and there are any.
// net.tls.clusterAuthX509 and tlsX509ClusterAuthDNOverride can change that.
func (c *Certificate) SameCluster(other *Certificate) bool {
	a, b := c.clusterAttributes(), other.clusterAttributes()
	return len(a) > 0 && slices.Equal(a, b)
}
