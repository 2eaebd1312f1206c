// An independent verifier of dossiers (engine/trail/README.md), on Go's own code for notes and trees
// (golang.org/x/mod/sumdb). It shares nothing with the C++ one but the format's page.
//
//	verifier TRUST DOSSIER...             "accepted" or "refused: why" for each
//	verifier -flips LIST TRUST DOSSIER    LIST: lines "file byte bit"; counts the flips it accepts
package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type files map[string][]byte

var strict = base64.StdEncoding.Strict()

// ---- keys

// A witness's key: type 4 of C2SP tlog-cosignature, which x/mod does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(text), sig[8:])
}

type rawKey struct {
	name string
	hash uint32
	kind byte
	key  []byte
}

func split(vkey string) (rawKey, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 || len(parts[1]) != 8 {
		return rawKey{}, errors.New("no vkey")
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	data, err2 := strict.DecodeString(parts[2])
	if err != nil || err2 != nil || len(data) != 33 {
		return rawKey{}, errors.New("no vkey")
	}
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(data)))
	if binary.BigEndian.Uint32(sum[:]) != uint32(hash) {
		return rawKey{}, errors.New("vkey: wrong id")
	}
	return rawKey{parts[0], uint32(hash), data[0], data[1:]}, nil
}

func verifier(vkey string) (note.Verifier, error) {
	raw, err := split(vkey)
	if err != nil {
		return nil, err
	}
	if raw.kind == 4 {
		return witness{raw.name, raw.hash, raw.key}, nil
	}
	return note.NewVerifier(vkey)
}

func readTrust(text []byte) ([]note.Verifier, error) {
	var out []note.Verifier
	for _, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Fields(line)
		v, err := verifier(fields[len(fields)-1])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// The comment the office writes, then one line for each key; each of them trusted.
func namesTrusted(vkeys, trustText []byte) bool {
	lines := strings.Split(string(vkeys), "\n")
	const comment = "# 公钥。请与办公室、见证方当面或另行公布的逐字核对。Public keys: compare them with those published elsewhere."
	if lines[0] != comment || lines[len(lines)-1] != "" {
		return false
	}
	for _, line := range lines[1 : len(lines)-1] {
		found := false
		for _, trusted := range strings.Split(string(trustText), "\n") {
			found = found || (trusted != "" && trusted == line)
		}
		if !found {
			return false
		}
	}
	return len(lines) > 2
}

// ---- checks

type keyChange struct {
	place int64
	key   note.Verifier
}

type check struct {
	f       files
	used    map[string]bool
	keys    []note.Verifier
	changes []keyChange
	log     string
	tree    tlog.Tree
}

func (c *check) get(name string) ([]byte, error) {
	data, ok := c.f[name]
	if !ok {
		return nil, errors.New(name + " is missing")
	}
	c.used[name] = true
	return data, nil
}

func (c *check) below(folder string) []string {
	var out []string
	for name := range c.f {
		if strings.HasPrefix(name, folder) {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

func (c *check) open(data []byte) (tlog.Tree, error) {
	n, err := note.Open(data, note.VerifierList(c.keys...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(n.UnverifiedSigs) != 0 {
		return tlog.Tree{}, errors.New("signed by a key nobody named")
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != c.log {
		return tlog.Tree{}, errors.New("no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, err2 := strict.DecodeString(lines[2])
	if err != nil || err2 != nil || len(root) != 32 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("malformed checkpoint")
	}
	var inForce note.Verifier
	for _, change := range c.changes {
		if change.place < size {
			inForce = change.key
		}
	}
	byLog := false
	text := n.Text + "\n"
	for _, sig := range n.Sigs {
		raw, err := strict.DecodeString(sig.Base64)
		if err != nil {
			return tlog.Tree{}, errors.New("loose base64")
		}
		ofLog := sig.Name == c.log && len(raw) == 4+ed25519.SignatureSize
		byLog = byLog || (ofLog && (inForce == nil || sig.Hash == inForce.KeyHash()))
		text += "— " + sig.Name + " " + sig.Base64 + "\n"
	}
	if !byLog {
		return tlog.Tree{}, errors.New("not signed by the log's key in force")
	}
	if text != string(data) {
		return tlog.Tree{}, errors.New("a line that is no signature")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// Lines of hashes up to the empty one, and what follows.
func hashes(rest string) ([]tlog.Hash, string, error) {
	var out []tlog.Hash
	for {
		line, after, found := strings.Cut(rest, "\n")
		if !found {
			return nil, "", errors.New("proof is cut off")
		}
		if line == "" {
			return out, after, nil
		}
		data, err := strict.DecodeString(line)
		if err != nil || len(data) != 32 {
			return nil, "", errors.New("no hash in a proof")
		}
		var h tlog.Hash
		copy(h[:], data)
		out = append(out, h)
		rest = after
	}
}

func number(line, name string) (int64, error) {
	text := strings.TrimPrefix(line, name+" ")
	n, err := strconv.ParseInt(text, 10, 64)
	if text == line || err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, errors.New("no line " + name)
	}
	return n, nil
}

func (c *check) placed(name string, leaf []byte) (int64, error) {
	data, err := c.get(name)
	if err != nil {
		return 0, err
	}
	head, rest, _ := strings.Cut(string(data), "\n")
	line, rest, _ := strings.Cut(rest, "\n")
	index, err := number(line, "index")
	if head != "c2sp.org/tlog-proof@v1" || err != nil {
		return 0, errors.New(name + " is no tlog-proof")
	}
	proof, checkpoint, err := hashes(rest)
	if err != nil {
		return 0, err
	}
	if checkpoint != string(c.f["checkpoint"]) {
		return 0, errors.New(name + " ends with another checkpoint")
	}
	if index >= c.tree.N {
		return 0, errors.New(name + ": beyond the tree")
	}
	return index, tlog.CheckRecord(proof, c.tree.N, c.tree.Hash, index, tlog.RecordHash(leaf))
}

func (c *check) readKeyChanges() error {
	for _, name := range c.below("keys/") {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		data, _ := c.get(name)
		var k struct{ V, Log, Old, New, Time, Signature string }
		if err := json.Unmarshal(data, &k); err != nil {
			return err
		}
		old, err := split(k.Old)
		if err != nil {
			return err
		}
		fresh, err := verifier(k.New)
		if err != nil {
			return err
		}
		sig, err := strict.DecodeString(k.Signature)
		text := "anjuan.key/1\n" + k.Log + "\n" + k.Old + "\n" + k.New + "\n" + k.Time + "\n"
		trusted := false
		for _, key := range c.keys {
			trusted = trusted || (key.Name() == old.name && key.KeyHash() == old.hash)
		}
		if err != nil || k.Log != c.log || !trusted || !ed25519.Verify(old.key, []byte(text), sig) {
			return errors.New(name + ": no valid change of keys")
		}
		place, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(name, "keys/"), ".json"), 10, 64)
		if err != nil {
			return err
		}
		c.keys = append(c.keys, fresh)
		c.changes = append(c.changes, keyChange{place, fresh})
	}
	sort.Slice(c.changes, func(i, j int) bool { return c.changes[i].place < c.changes[j].place })
	return nil
}

type row struct {
	V, Log, Case string
	Seq          int64  `json:"case_seq"`
	Prev         string `json:"case_prev"`
	Docs         []struct{ Sha256 string }
	Payload      struct{ Commit string }
}

func run(f files, trustText []byte, trust []note.Verifier) error {
	c := &check{f: f, used: map[string]bool{}, keys: append([]note.Verifier{}, trust...)}
	vkeys, err := c.get("vkeys.txt")
	if err != nil || !namesTrusted(vkeys, trustText) {
		return errors.New("vkeys.txt is malformed, or names keys that are not trusted")
	}
	manifest, err := c.get("dossier.json")
	if err != nil {
		return err
	}
	var m struct {
		V, Log, Case string
		Rows         int
	}
	if err := json.Unmarshal(manifest, &m); err != nil {
		return err
	}
	form := fmt.Sprintf(`{"case":%q,"log":%q,"rows":%d,"v":"anjuan.dossier/1"}`, m.Case, m.Log, m.Rows)
	if form != string(manifest) {
		return errors.New("dossier.json is no anjuan.dossier/1")
	}
	c.log = m.Log
	if err := c.readKeyChanges(); err != nil {
		return err
	}
	newest, err := c.get("checkpoint")
	if err != nil {
		return err
	}
	if c.tree, err = c.open(newest); err != nil {
		return err
	}
	for _, change := range c.changes {
		base := fmt.Sprintf("keys/%d", change.place)
		if index, err := c.placed(base+".tlog-proof", f[base+".json"]); err != nil || index != change.place {
			return errors.New(base + ": not in the log")
		}
	}
	rows, indexes, err := c.rows(m.Case, m.Rows)
	if err != nil {
		return err
	}
	if err := c.heads(m.Case, rows, indexes); err != nil {
		return err
	}
	if err := c.earlier(newest); err != nil {
		return err
	}
	if err := c.contents(rows); err != nil {
		return err
	}
	for name := range f {
		for _, folder := range []string{"proofs/", "checkpoints/", "keys/", "payloads/", "documents/"} {
			if strings.HasPrefix(name, folder) && !c.used[name] {
				return errors.New(name + " belongs to nothing")
			}
		}
	}
	return nil
}

func (c *check) rows(caseID string, count int) ([]row, []int64, error) {
	text, err := c.get("case.jsonl")
	if err != nil {
		return nil, nil, err
	}
	lines := strings.Split(string(text), "\n")
	if lines[len(lines)-1] != "" || len(lines)-1 != count {
		return nil, nil, errors.New("case.jsonl: another number of rows")
	}
	var rows []row
	var indexes []int64
	previous := ""
	for seq, line := range lines[:count] {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return nil, nil, err
		}
		if r.V != "anjuan.event/1" || !strings.HasPrefix(c.log, r.Log+"/") || r.Case != caseID ||
			r.Seq != int64(seq) || r.Prev != previous {
			return nil, nil, fmt.Errorf("row %d does not continue the one before", seq)
		}
		index, err := c.placed(fmt.Sprintf("proofs/%06d.tlog-proof", seq), []byte(line))
		if err != nil {
			return nil, nil, err
		}
		if seq > 0 && index <= indexes[seq-1] {
			return nil, nil, errors.New("rows are out of order")
		}
		hash := tlog.RecordHash([]byte(line))
		previous = hex.EncodeToString(hash[:])
		rows = append(rows, r)
		indexes = append(indexes, index)
	}
	return rows, indexes, nil
}

func (c *check) heads(caseID string, rows []row, indexes []int64) error {
	leaf, err := c.get("heads.json")
	if err != nil {
		return err
	}
	index, err := c.placed("heads.tlog-proof", leaf)
	if err != nil {
		return err
	}
	var h struct {
		V, Log, Root  string
		Covers, Cases int64
	}
	if err := json.Unmarshal(leaf, &h); err != nil {
		return err
	}
	if h.V != "anjuan.heads/1" || h.Log != c.log || h.Covers != index {
		return errors.New("heads.json is of another place")
	}
	data, err := c.get("heads.proof")
	if err != nil {
		return err
	}
	var p struct {
		V       string
		Entries []struct {
			Case, Hash string
			Seq, Index int64
			Proof      []string
		}
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	if len(p.Entries) != 1 || p.Entries[0].Case != caseID {
		return errors.New("heads.proof does not say where the case ends")
	}
	e := p.Entries[0]
	list, _ := json.Marshal(e.Proof)
	form := fmt.Sprintf(`{"entries":[{"case":%q,"hash":%q,"index":%d,"proof":%s,"seq":%d}],"v":"anjuan.heads-proof/1"}`,
		e.Case, e.Hash, e.Index, list, e.Seq)
	if form != string(data) {
		return errors.New("heads.proof is malformed")
	}
	proof := []tlog.Hash{}
	for _, text := range e.Proof {
		raw, err := hex.DecodeString(text)
		if err != nil || len(raw) != 32 || hex.EncodeToString(raw) != text {
			return errors.New("heads.proof: no hash")
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	var root tlog.Hash
	raw, err := hex.DecodeString(h.Root)
	if err != nil || len(raw) != 32 || e.Index >= h.Cases {
		return errors.New("heads.json: no root")
	}
	copy(root[:], raw)
	entry := fmt.Sprintf(`[%q,%d,%q]`, e.Case, e.Seq, e.Hash)
	if err := tlog.CheckRecord(proof, h.Cases, root, e.Index, tlog.RecordHash([]byte(entry))); err != nil {
		return err
	}
	if e.Seq >= int64(len(rows)) {
		return errors.New("the case's last events were left out")
	}
	line := strings.Split(string(c.f["case.jsonl"]), "\n")[e.Seq]
	hash := tlog.RecordHash([]byte(line))
	later := e.Seq+1 < int64(len(rows))
	if hex.EncodeToString(hash[:]) != e.Hash || indexes[e.Seq] > index || (later && indexes[e.Seq+1] < index) {
		return errors.New("heads do not agree with the rows")
	}
	return nil
}

func (c *check) earlier(newest []byte) error {
	for _, name := range c.below("checkpoints/") {
		if strings.HasSuffix(name, ".consistency") {
			continue
		}
		data, _ := c.get(name)
		tree, err := c.open(data)
		if err != nil {
			return fmt.Errorf("%s: %v", name, err)
		}
		text, err := c.get(name + ".consistency")
		if err != nil {
			return err
		}
		line, rest, _ := strings.Cut(string(text), "\n")
		old, err := number(line, "old")
		if err != nil || old != tree.N || name != fmt.Sprintf("checkpoints/%d", tree.N) {
			return errors.New(name + ": another size")
		}
		proof, checkpoint, err := hashes(rest)
		if err != nil || checkpoint != string(newest) {
			return errors.New(name + ": no proof")
		}
		if err := tlog.CheckTree(proof, c.tree.N, c.tree.Hash, tree.N, tree.Hash); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) contents(rows []row) error {
	named := map[string]bool{}
	for seq, r := range rows {
		for _, doc := range r.Docs {
			named[doc.Sha256] = true
		}
		base := fmt.Sprintf("payloads/%06d", seq)
		payload, shown := c.f[base+".json"]
		keyText, keyShown := c.f[base+".key"]
		if !shown && !keyShown {
			continue
		}
		c.used[base+".json"], c.used[base+".key"] = true, true
		key, err := hex.DecodeString(strings.TrimSuffix(string(keyText), "\n"))
		mac := hmac.New(sha256.New, key)
		mac.Write(payload)
		if err != nil || hex.EncodeToString(key)+"\n" != string(keyText) ||
			hex.EncodeToString(mac.Sum(nil)) != r.Payload.Commit {
			return errors.New(base + " is not what the row commits to")
		}
	}
	for _, name := range c.below("documents/") {
		data, _ := c.get(name)
		sum := sha256.Sum256(data)
		if !named[hex.EncodeToString(sum[:])] {
			return errors.New(name + " is no paper of the case")
		}
	}
	return nil
}

// ---- program

func read(folder string) (files, error) {
	f := files{}
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		data, err := os.ReadFile(path)
		f[filepath.ToSlash(name)] = data
		return err
	})
	return f, err
}

func flips(list string, f files, trustText []byte, trust []note.Verifier) int {
	in, err := os.Open(list)
	if err != nil {
		fmt.Println(err)
		return 2
	}
	defer in.Close()
	if err := run(f, trustText, trust); err != nil {
		fmt.Println("the honest one is refused:", err)
		return 2
	}
	count, unnoticed := 0, 0
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var name string
		var at, bit int
		if _, err := fmt.Sscanf(lines.Text(), "%s %d %d", &name, &at, &bit); err != nil {
			fmt.Println(err)
			return 2
		}
		f[name][at] ^= 1 << bit
		if run(f, trustText, trust) == nil {
			unnoticed++
			fmt.Println("unnoticed:", lines.Text())
		}
		f[name][at] ^= 1 << bit
		count++
	}
	fmt.Println(count, "flips,", unnoticed, "unnoticed")
	if unnoticed > 0 {
		return 1
	}
	return 0
}

func main() {
	args := os.Args[1:]
	list := ""
	if len(args) > 1 && args[0] == "-flips" {
		list, args = args[1], args[2:]
	}
	if len(args) < 2 {
		fmt.Println("verifier [-flips LIST] TRUST DOSSIER...")
		os.Exit(2)
	}
	trustText, err := os.ReadFile(args[0])
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	trust, err := readTrust(trustText)
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	exit := 0
	for _, folder := range args[1:] {
		f, err := read(folder)
		if err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
		if list != "" {
			os.Exit(flips(list, f, trustText, trust))
		}
		if err := run(f, trustText, trust); err != nil {
			fmt.Println("refused:", err)
			exit = 1
		} else {
			fmt.Println("accepted")
		}
	}
	os.Exit(exit)
}
