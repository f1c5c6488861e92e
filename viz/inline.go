package viz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// inlineSVG checks a picture and makes it fit to stand inside a page: no XML
// header, and ids that no other picture of the page has.
func inlineSVG(data []byte, number int, seen map[string]bool) ([]byte, error) {
	id, start, err := checkSVG(data)
	if err != nil {
		return nil, err
	}
	out := data[start:]
	if id == "" {
		return out, nil
	}
	if seen[id] {
		fresh := fmt.Sprintf("%s-%d", id, number)
		for _, at := range []string{`id="%s`, `class="%s"`, `labelledby="%s`, ` %s-d"`, `url(#%s`, `.%s `} {
			out = bytes.ReplaceAll(out, fmt.Appendf(nil, at, id), fmt.Appendf(nil, at, fresh))
		}
		id = fresh
	}
	seen[id] = true
	return out, nil
}

// checkSVG makes sure that a picture is well formed, refers to nothing outside
// and cannot act: pages with it must be as safe as without. It returns the id
// of the root element and where that begins.
func checkSVG(data []byte) (id string, start int64, err error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	root := true
	var open []string
	for {
		from := d.InputOffset()
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", 0, fmt.Errorf("the SVG is not well-formed: %w", err)
		}
		switch t := t.(type) {
		case xml.Directive:
			return "", 0, errors.New("the SVG declares a document type, which a page cannot hold")
		case xml.Comment, xml.ProcInst:
			// HTML ends these elsewhere than XML does.
			if !root {
				return "", 0, errors.New("the SVG has a comment or instruction inside, which a report does not take over")
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			style := len(open) > 0 && open[len(open)-1] == "style"
			if err := checkText(string(t), data[from:d.InputOffset()], style); err != nil {
				return "", 0, err
			}
		case xml.StartElement:
			if root {
				if t.Name.Local != "svg" {
					return "", 0, fmt.Errorf("the root element is %q, want svg", t.Name.Local)
				}
				id, start, root = attribute(t, "id"), from, false
			}
			open = append(open, t.Name.Local)
			if err := checkElement(t); err != nil {
				return "", 0, err
			}
		}
	}
	if root {
		return "", 0, errors.New("the SVG is empty")
	}
	return id, start, nil
}

// checkText refuses text that HTML reads differently, and style sheets that
// load something.
func checkText(text string, raw []byte, style bool) error {
	if style {
		if lower := strings.ToLower(text); strings.Contains(lower, "@import") || strings.Contains(lower, "url(") || strings.Contains(text, "<") || strings.Contains(text, `\`) {
			return errors.New("the style sheet of the SVG loads or hides something; a report must be self-contained")
		}
		return nil
	}
	if bytes.Contains(raw, []byte("<![CDATA[")) {
		return errors.New("the SVG has a CDATA section outside a style sheet, which a report does not take over")
	}
	return nil
}

func checkElement(e xml.StartElement) error {
	switch strings.ToLower(e.Name.Local) {
	case "script", "foreignobject", "iframe", "object", "embed", "animate", "set":
		return fmt.Errorf("the SVG has a %s element, which a report does not take over", e.Name.Local)
	}
	for _, a := range e.Attr {
		name, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
		if strings.HasPrefix(name, "on") {
			return fmt.Errorf("the SVG has an event handler (%s), which a report does not take over", a.Name.Local)
		}
		outside := strings.Contains(strings.ReplaceAll(value, "url(#", ""), "url(")
		if name == "href" || name == "src" {
			outside = !strings.HasPrefix(value, "data:image/png;") && !strings.HasPrefix(value, "#")
		}
		if outside {
			return errors.New("the SVG refers to something outside itself; a report must be self-contained")
		}
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
