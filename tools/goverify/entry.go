// One log entry: parse, and serialise again to compare.

package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

type entry struct {
	index     int64
	time      int64
	kind      string
	node      string
	epoch     int64
	seq       int64
	class     string
	kek       string
	nonce     []byte
	bodyLines int64
	bodyRoot  tlog.Hash
	blobLen   int64
	blobSha   tlog.Hash
	pubs      []string
}

var (
	errEntry = errors.New("malformed entry")
	num      = `(0|[1-9][0-9]{0,18})`
	token    = `([A-Za-z0-9_-]{1,64})`
	b64      = `([A-Za-z0-9+/]{43}=)`
	form     = regexp.MustCompile(`^audit-entry/v1\nindex ` + num +
		`\ntime ` + num + `\nkind ` + token +
		`\nsource ` + token + `\.` + num + `\.` + num +
		`\nclass ` + token + `\nkek ` + token + `\nnonce ` + b64 +
		`\nbody ` + num + ` ` + b64 + `\nblob ` + num + ` ` + b64 +
		`\n((?:pub [A-Za-z0-9_-]{1,64} [^\x00-\x1f]+\n)*)$`)
	pubKinds = " genesis close key policy expire anchor alarm "
)

func parseEntry(text []byte) (*entry, error) {
	m := form.FindSubmatch(text)
	if m == nil {
		return nil, errEntry
	}
	var e entry
	for _, f := range []struct {
		at  int
		out *int64
	}{{1, &e.index}, {2, &e.time}, {5, &e.epoch}, {6, &e.seq},
		{10, &e.bodyLines}, {12, &e.blobLen}} {
		n, err := strconv.ParseInt(string(m[f.at]), 10, 64)
		if err != nil {
			return nil, errEntry
		}
		*f.out = n
	}
	nonce, err := base64.StdEncoding.DecodeString(string(m[9]))
	if err != nil {
		return nil, errEntry
	}
	e.nonce = nonce
	if e.bodyRoot, err = tlog.ParseHash(string(m[11])); err != nil {
		return nil, errEntry
	}
	if e.blobSha, err = tlog.ParseHash(string(m[13])); err != nil {
		return nil, errEntry
	}
	e.kind, e.node = string(m[3]), string(m[4])
	e.class, e.kek = string(m[7]), string(m[8])
	if len(m[14]) > 0 {
		if !strings.Contains(pubKinds, " "+e.kind+" ") {
			return nil, errors.New("public lines in this kind")
		}
		e.pubs = strings.SplitAfter(strings.TrimSuffix(string(m[14]), "\n"), "\n")
	}
	if e.put() != string(text) {
		return nil, errors.New("entry is not canonical")
	}
	return &e, nil
}

func (e *entry) put() string {
	s := fmt.Sprintf("audit-entry/v1\nindex %d\ntime %d\nkind %s\n", e.index, e.time, e.kind)
	s += fmt.Sprintf("source %s.%d.%d\nclass %s\nkek %s\n", e.node, e.epoch, e.seq, e.class, e.kek)
	s += "nonce " + base64.StdEncoding.EncodeToString(e.nonce) + "\n"
	s += fmt.Sprintf("body %d %s\nblob %d %s\n", e.bodyLines, e.bodyRoot, e.blobLen, e.blobSha)
	if len(e.pubs) > 0 {
		s += strings.Join(e.pubs, "") + "\n"
	}
	return s
}
