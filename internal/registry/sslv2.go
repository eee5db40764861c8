package registry

import "fmt"

// ssl2Kinds are the cipher kinds of SSL 2.0, which are numbered apart from the
// suites of later versions. They come from its specification of 1995 and from
// what SSLeay added.
var ssl2Kinds = []struct {
	id   uint32
	name string
}{
	{0x010080, "SSL_CK_RC4_128_WITH_MD5"},
	{0x020080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"},
	{0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5"},
	{0x040080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"},
	{0x050080, "SSL_CK_IDEA_128_CBC_WITH_MD5"},
	{0x060040, "SSL_CK_DES_64_CBC_WITH_MD5"},
	{0x060140, "SSL_CK_DES_64_CBC_WITH_SHA"},
	{0x0700c0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
	{0x0701c0, "SSL_CK_DES_192_EDE3_CBC_WITH_SHA"},
	{0x080080, "SSL_CK_RC4_64_WITH_MD5"},
	{0x000000, "SSL_CK_NULL_WITH_MD5"},
	{0xff8000, "SSL_CK_DES_64_CFB64_WITH_MD5_1"},
	{0xff8010, "SSL_CK_NULL"},
}

// SSL2Kinds are the numbers of all cipher kinds of SSL 2.0.
func SSL2Kinds() []uint32 {
	var ids []uint32
	for _, k := range ssl2Kinds {
		ids = append(ids, k.id)
	}
	return ids
}

// SSL2Name is the name of a cipher kind of SSL 2.0, or its number.
func SSL2Name(id uint32) string {
	for _, k := range ssl2Kinds {
		if k.id == id {
			return k.name
		}
	}
	return fmt.Sprintf("0x%06x", id)
}
