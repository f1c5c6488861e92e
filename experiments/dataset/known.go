package dataset

import (
	"fmt"
	"strings"
)

// FileInfo is a published file, by its uncompressed content: how gzip packed
// it differs between mirrors.
type FileInfo struct {
	Name   string `json:"name"`   // standard name, without .gz
	Count  int    `json:"count"`  // images or labels
	Bytes  int64  `json:"bytes"`  // uncompressed
	SHA256 string `json:"sha256"` // of the uncompressed content
}

// Info describes a published data set.
type Info struct {
	Name          string     `json:"name"`  // for Fetch and the command: "mnist"
	Title         string     `json:"title"` // for people: "MNIST"
	Description   string     `json:"description"`
	Files         []FileInfo `json:"files"`          // four, in the order of Load's documentation
	DownloadBytes int64      `json:"download_bytes"` // about, gzipped
	Classes       [10]string `json:"classes"`
	Licence       string     `json:"licence"`
	Citation      string     `json:"citation"`
	URL           string     `json:"url"`     // the set's own page
	Mirrors       []string   `json:"mirrors"` // directories of the four .gz files, in the order tried
}

// Bytes is the uncompressed size of the four files together.
func (i Info) Bytes() (total int64) {
	for _, f := range i.Files {
		total += f.Bytes
	}
	return total
}

// published is the one place for the sets that Fetch knows, their mirrors and
// their checksums. The sums are SHA-256 of the uncompressed files; those files
// have the MD5 sums of the original releases (MNIST 6bbc9ace..., a25bea73...,
// 2646ac64..., 27ae3e4e...; Fashion-MNIST f4a8712d..., 9018921c...,
// 8181f547..., 15d48437...).
var published = []Info{
	{
		Name:        "mnist",
		Title:       "MNIST",
		Description: "handwritten digits 0 to 9: 60 000 training and 10 000 test images, 28x28 grey pixels",
		Files: idxFiles(
			"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
			"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
			"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
			"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
		),
		DownloadBytes: 11_600_000,
		Classes:       [10]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
		Licence:       "CC BY-SA 3.0 (Y. LeCun and C. Cortes; derived from NIST data)",
		Citation:      "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998) 2278-2324",
		URL:           "http://yann.lecun.com/exdb/mnist/",
		Mirrors: []string{
			"https://storage.googleapis.com/cvdf-datasets/mnist/",
			"https://ossci-datasets.s3.amazonaws.com/mnist/",
		},
	},
	{
		Name:        "fashion-mnist",
		Title:       "Fashion-MNIST",
		Description: "clothing in ten classes, drop-in for MNIST: 60 000 training and 10 000 test images, 28x28 grey pixels",
		Files: idxFiles(
			"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
			"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
			"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
			"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
		),
		DownloadBytes: 30_900_000,
		Classes:       [10]string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
		Licence:       "MIT (Zalando SE, 2017)",
		Citation:      "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, arXiv:1708.07747 (2017)",
		URL:           "https://github.com/zalandoresearch/fashion-mnist",
		Mirrors: []string{
			"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
			"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
		},
	},
}

// idxFiles is the files of a set as large as MNIST, with their sums in order.
func idxFiles(sums ...string) []FileInfo {
	files := make([]FileInfo, parts)
	for p := range parts {
		count := 60_000
		if p >= testImages {
			count = 10_000
		}
		bytes := int64(8 + count)
		if p.images() {
			bytes = int64(16 + count*side*side)
		}
		files[p] = FileInfo{Name: partNames[p], Count: count, Bytes: bytes, SHA256: sums[p]}
	}
	return files
}

// Known lists the published sets that Fetch can download and Load and Check
// recognise. The caller may change what it gets.
func Known() []Info {
	out := make([]Info, len(published))
	for i, info := range published {
		info.Files = append([]FileInfo(nil), info.Files...)
		info.Mirrors = append([]string(nil), info.Mirrors...)
		out[i] = info
	}
	return out
}

// Lookup is the entry of Known with that name; the error names those there are.
func Lookup(name string) (Info, error) {
	var names []string
	for _, info := range Known() {
		if info.Name == name {
			return info, nil
		}
		names = append(names, info.Name)
	}
	return Info{}, fmt.Errorf("dataset: no data set is called %q: there are %s (generated digits need no download)", name, strings.Join(names, " and "))
}

// knownBySum is the name of the published set that has this file, or "".
func knownBySum(p part, sum string) string {
	for _, info := range published {
		if info.Files[p].SHA256 == sum {
			return info.Name
		}
	}
	return ""
}
