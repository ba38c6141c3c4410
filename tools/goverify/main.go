// Goverify checks an exported Mamori log independently of Mamori: no line of
// its code is shared with the C programs, only the format description
// (audit-log.md §3) and golang.org/x/mod's note and tlog.
//
// SECURITY: everything is rebuilt from the entries.  tlog.TileHashReader is
// not used: in x/mod 0.7.0 (Debian 12) it accepts forged tiles
// (CVE-2026-56865).  Give -key from paper, not from the medium.

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// memTree keeps every stored hash and is a tlog.HashReader.
type memTree struct {
	size   int64
	hashes []tlog.Hash
}

func (m *memTree) add(data []byte) error {
	h, err := tlog.StoredHashes(m.size, data, m)
	if err != nil {
		return err
	}
	m.hashes = append(m.hashes, h...)
	m.size++
	return nil
}

func (m *memTree) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, x := range at {
		if x < 0 || x >= int64(len(m.hashes)) {
			return nil, errors.New("hash outside the tree")
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

type source struct {
	epoch, next int64
}

type log struct {
	dir     string
	ver     note.Verifier
	tree    memTree
	leaves  []tlog.Hash
	files   map[string]bool
	sources map[string]source
	keks    map[string][]byte
	noblob  bool
	time    int64
	bodies  int64
}

// tilePath is the C2SP tlog-tiles path of tile n; w < 256 is a partial one.
func tilePath(kind string, n int64, w int) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	if w < width {
		s += fmt.Sprintf(".p/%d", w)
	}
	return kind + "/" + s
}

func (l *log) read(name string) ([]byte, error) {
	l.files[name] = true
	return os.ReadFile(filepath.Join(l.dir, name))
}

type head struct {
	size int64
	root tlog.Hash
}

// openHead checks the signature and the three lines of a checkpoint.
func openHead(msg []byte, v note.Verifier) (head, error) {
	var h head
	n, err := note.Open(msg, note.VerifierList(v))
	if err != nil {
		return h, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != v.Name() {
		return h, errors.New("not a checkpoint of this origin")
	}
	h.size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || h.size < 1 || strconv.FormatInt(h.size, 10) != lines[1] {
		return h, errors.New("bad size")
	}
	h.root, err = tlog.ParseHash(lines[2])
	return h, err
}

func (l *log) order(e *entry) error {
	if e.index != l.tree.size {
		return fmt.Errorf("index %d in place %d", e.index, l.tree.size)
	}
	if e.time < l.time {
		return errors.New("time goes back")
	}
	l.time = e.time
	s, known := l.sources[e.node]
	switch {
	case !known || e.epoch > s.epoch:
		if e.seq != 0 {
			return errors.New("source does not start at 0")
		}
	case e.epoch < s.epoch || e.seq != s.next:
		return fmt.Errorf("source gap: want %s.%d.%d", e.node, s.epoch, s.next)
	}
	l.sources[e.node] = source{e.epoch, e.seq + 1}
	return nil
}

func (l *log) blob(e *entry, blob []byte) error {
	if len(blob) == 0 && e.blobLen > 0 && l.noblob {
		return nil
	}
	if int64(len(blob)) != e.blobLen || tlog.Hash(sha256.Sum256(blob)) != e.blobSha {
		return errors.New("blob is not the one the entry commits to")
	}
	if l.keks == nil || len(blob) == 0 {
		return nil
	}
	kek := l.keks[e.kek]
	if kek == nil {
		return errors.New("no key " + e.kek)
	}
	l.bodies++
	return checkBody(kek, e, l.ver.Name(), blob)
}

func (l *log) entry(text, blob []byte) error {
	e, err := parseEntry(text)
	if err == nil {
		err = l.order(e)
	}
	if err == nil {
		err = l.blob(e, blob)
	}
	if err != nil {
		return fmt.Errorf("entry %d: %v", l.tree.size, err)
	}
	l.leaves = append(l.leaves, tlog.RecordHash(text))
	return l.tree.add(text)
}

// cut takes a length of n bytes and what it counts off data.
func cut(data []byte, n int) (item, rest []byte, ok bool) {
	if len(data) < n {
		return nil, nil, false
	}
	var be [4]byte
	copy(be[4-n:], data[:n])
	count := int64(binary.BigEndian.Uint32(be[:]))
	data = data[n:]
	if int64(len(data)) < count {
		return nil, nil, false
	}
	return data[:count], data[count:], true
}

func (l *log) bundle(n int64, w int) error {
	name := tilePath("tile/entries", n, w)
	entries, err := l.read(name)
	if err != nil {
		return err
	}
	blobs, err := l.read(tilePath("blob", n, w))
	gone := err != nil && l.noblob && errors.Is(err, fs.ErrNotExist)
	if err != nil && !gone {
		return err
	}
	for i := 0; i < w; i++ {
		var text, blob []byte
		ok1, ok2 := true, true
		text, entries, ok1 = cut(entries, 2)
		if !gone {
			blob, blobs, ok2 = cut(blobs, 4)
		}
		if !ok1 || !ok2 {
			return fmt.Errorf("entry %d: bundle ends early", l.tree.size)
		}
		if err := l.entry(text, blob); err != nil {
			return err
		}
	}
	if len(entries) != 0 || len(blobs) != 0 {
		return fmt.Errorf("%s: bytes after the last item", name)
	}
	return nil
}

// tiles rebuilds every level from the leaves and compares byte by byte.
func (l *log) tiles() error {
	hashes := l.leaves
	for level := 0; len(hashes) > 0; level++ {
		var up []tlog.Hash
		for at := 0; at < len(hashes); at += width {
			end := at + width
			if end > len(hashes) {
				end = len(hashes)
			}
			var want []byte
			for _, h := range hashes[at:end] {
				want = append(want, h[:]...)
			}
			name := tilePath("tile/"+strconv.Itoa(level), int64(at/width), end-at)
			got, err := l.read(name)
			if err != nil {
				return err
			}
			if !bytes.Equal(got, want) {
				return errors.New(name + ": not what the entries say")
			}
			if end-at == width {
				up = append(up, fold(hashes[at:end]))
			}
		}
		hashes = up
	}
	return nil
}

// fold is the root of a full tile.
func fold(h []tlog.Hash) tlog.Hash {
	for len(h) > 1 {
		var up []tlog.Hash
		for i := 0; i < len(h); i += 2 {
			up = append(up, tlog.NodeHash(h[i], h[i+1]))
		}
		h = up
	}
	return h[0]
}

// proofs makes and checks inclusion proofs of sampled records.
func (l *log) proofs(h head) (int, error) {
	step := h.size/64 + 1
	count := 0
	for i := int64(0); i < h.size; i += step {
		p, err := tlog.ProveRecord(h.size, i, &l.tree)
		if err == nil {
			err = tlog.CheckRecord(p, h.size, h.root, i, l.leaves[i])
		}
		if err != nil {
			return count, fmt.Errorf("entry %d: %v", i, err)
		}
		count++
	}
	return count, nil
}

func (l *log) stray() error {
	return filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(l.dir, path)
		if err == nil && (!l.files[name] || !d.Type().IsRegular()) {
			err = errors.New(name + ": does not belong to this log")
		}
		return err
	})
}

// old checks that an older checkpoint is a beginning of this log.
func (l *log) old(path string, h head) error {
	msg, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	o, err := openHead(msg, l.ver)
	if err != nil {
		return fmt.Errorf("%s: %v", path, err)
	}
	if o.size > h.size {
		return fmt.Errorf("ROLLED BACK: %s has size %d", path, o.size)
	}
	p, err := tlog.ProveTree(h.size, o.size, &l.tree)
	if err == nil {
		err = tlog.CheckTree(p, h.size, h.root, o.size, o.root)
	}
	if err != nil {
		return fmt.Errorf("FORK: %s: %v", path, err)
	}
	return nil
}

func (l *log) key(vkey string) error {
	stored, err := l.read("key.vkey")
	if err != nil {
		return err
	}
	if vkey == "" {
		vkey = strings.TrimSuffix(string(stored), "\n")
	}
	if string(stored) != vkey+"\n" {
		return errors.New("key.vkey: not the key of this log")
	}
	l.ver, err = note.NewVerifier(vkey)
	return err
}

func (l *log) verify(vkey, old string) (string, error) {
	if err := l.key(vkey); err != nil {
		return "", err
	}
	msg, err := l.read("checkpoint")
	if err != nil {
		return "", err
	}
	h, err := openHead(msg, l.ver)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %v", err)
	}
	for l.tree.size < h.size {
		w := width
		if h.size-l.tree.size < width {
			w = int(h.size - l.tree.size)
		}
		if err := l.bundle(l.tree.size/width, w); err != nil {
			return "", err
		}
	}
	root, err := tlog.TreeHash(h.size, &l.tree)
	if err != nil {
		return "", err
	}
	if root != h.root {
		return "", errors.New("checkpoint: root is not the one of the entries")
	}
	if err := l.tiles(); err != nil {
		return "", err
	}
	count, err := l.proofs(h)
	if err == nil {
		err = l.stray()
	}
	if err == nil && old != "" {
		err = l.old(old, h)
	}
	return fmt.Sprintf("%s size %d, %d sources gapless, %d proofs, %d bodies",
		l.ver.Name(), h.size, len(l.sources), count, l.bodies), err
}

func main() {
	key := flag.String("key", "", "file with the verifier key (from paper)")
	old := flag.String("old", "", "an older checkpoint that must be a beginning")
	kek := flag.String("kek", "", "file of bucket keys; opens every body")
	noblob := flag.Bool("noblob", false, "bodies may be missing")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "goverify: no folder given: usage: goverify [options] DIR")
		os.Exit(2)
	}
	l := &log{dir: flag.Arg(0), files: map[string]bool{},
		sources: map[string]source{}, noblob: *noblob}
	vkey := ""
	if *key != "" {
		text, err := os.ReadFile(*key)
		if err != nil {
			fmt.Println("FAIL", err)
			os.Exit(1)
		}
		vkey = strings.TrimSuffix(string(text), "\n")
	}
	if *kek != "" {
		keks, err := loadKeks(*kek)
		if err != nil {
			fmt.Println("FAIL", err)
			os.Exit(1)
		}
		l.keks = keks
	}
	what, err := l.verify(vkey, *old)
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
	fmt.Println("PASS", what)
}
