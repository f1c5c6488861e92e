package sim

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// coding says how the values of a type stand in a checkpoint: numbers little-endian in their own width
// (int and uint in 8 bytes), a bool as a byte, arrays and structs as what they are made of, in order, a
// slice as its length and its elements.
type coding struct {
	typ    reflect.Type
	size   uintptr // in memory
	plain  bool    // stands in the checkpoint as it stands in memory
	width  int     // of a number; 0 for anything else
	isBool bool
	count  int     // of an array
	elem   *coding // of an array or slice
	fields []codedField
	sig    string // says the same in letters
}

type codedField struct {
	offset uintptr
	*coding
}

var (
	codings      sync.Map // reflect.Type to *coding
	littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
)

// codingOf gives the coding of a type; types that hold pointers, maps, functions or interfaces have none.
func codingOf(t reflect.Type) (*coding, error) {
	if c, ok := codings.Load(t); ok {
		return c.(*coding), nil
	}
	c := &coding{typ: t, size: t.Size()}
	switch k := t.Kind(); k {
	case reflect.Bool:
		c.width, c.isBool, c.sig = 1, true, "b"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		c.width, c.sig = int(t.Size()), "i"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		c.width, c.sig = int(t.Size()), "u"
	case reflect.Float32, reflect.Float64:
		c.width, c.sig = int(t.Size()), "f"
	case reflect.Array, reflect.Slice:
		e, err := codingOf(t.Elem())
		if err != nil {
			return nil, err
		}
		if e.size == 0 {
			return nil, fmt.Errorf("%v holds nothing that could be saved", t)
		}
		c.elem = e
		if k == reflect.Slice {
			c.sig = "[" + e.sig + "]"
			break
		}
		c.count, c.plain, c.sig = t.Len(), e.plain, fmt.Sprint(t.Len(), "(", e.sig, ")")
	case reflect.Struct:
		held := uintptr(0)
		c.plain, c.sig = true, "{"
		for k := range t.NumField() {
			f := t.Field(k)
			if f.Name == "_" {
				continue
			}
			e, err := codingOf(f.Type)
			if err != nil {
				return nil, fmt.Errorf("field %s of %v: %w", f.Name, t, err)
			}
			c.fields = append(c.fields, codedField{f.Offset, e})
			c.plain = c.plain && e.plain
			c.sig += e.sig
			held += e.size
		}
		c.plain = c.plain && held == c.size // no gaps
		c.sig += "}"
	default:
		return nil, fmt.Errorf("a %v cannot be saved: want numbers, bools, and arrays, slices and structs of them", t)
	}
	if c.width > 0 {
		if k := t.Kind(); k == reflect.Int || k == reflect.Uint {
			c.width = 8
		}
		c.plain = littleEndian && !c.isBool && c.width == int(c.size)
		c.sig += fmt.Sprint(c.width)
	}
	codings.Store(t, c)
	return c, nil
}

// move carries the value at p.
func (c *coding) move(s *stream, p unsafe.Pointer) {
	switch {
	case s.err != nil:
	case c.plain:
		s.move(unsafe.Slice((*byte)(p), c.size))
	case c.width > 0:
		c.number(s, p)
	case c.fields != nil:
		for _, f := range c.fields {
			f.move(s, unsafe.Add(p, f.offset))
		}
	case c.typ.Kind() == reflect.Array:
		c.elem.moveAll(s, p, c.count)
	case c.typ.Kind() == reflect.Slice:
		c.slice(s, p)
	}
}

// moveAll carries n values that follow one another from p on.
func (c *coding) moveAll(s *stream, p unsafe.Pointer, n int) {
	if c.plain && n > 0 {
		s.move(unsafe.Slice((*byte)(p), uintptr(n)*c.size))
		return
	}
	for k := 0; k < n && s.err == nil; k++ {
		c.move(s, unsafe.Add(p, uintptr(k)*c.size))
	}
}

// number carries a number that does not stand in memory as in the checkpoint.
func (c *coding) number(s *stream, p unsafe.Pointer) {
	var b [8]byte
	v := reflect.NewAt(c.typ, p).Elem()
	var u uint64
	if !s.loading {
		switch {
		case c.isBool:
			if v.Bool() {
				u = 1
			}
		case v.CanInt():
			u = uint64(v.Int())
		case v.CanUint():
			u = v.Uint()
		case c.width == 4:
			u = uint64(*(*uint32)(p))
		default:
			u = *(*uint64)(p)
		}
		binary.LittleEndian.PutUint64(b[:], u)
	}
	s.move(b[:c.width])
	if !s.loading || s.err != nil {
		return
	}
	u = binary.LittleEndian.Uint64(b[:])
	switch {
	case c.isBool:
		v.SetBool(u != 0)
	case v.CanInt():
		shift := 64 - 8*c.width
		v.SetInt(int64(u) << shift >> shift)
	case v.CanUint():
		v.SetUint(u)
	case c.width == 4:
		*(*uint32)(p) = uint32(u)
	default:
		*(*uint64)(p) = u
	}
}

// slice carries a slice of any length. What it takes of memory grows with what has been read, so that a
// wrong length costs nothing.
func (c *coding) slice(s *stream, p unsafe.Pointer) {
	v := reflect.NewAt(c.typ, p).Elem()
	n := uint64(v.Len())
	s.uint64(&n)
	if !s.loading {
		c.elem.moveAll(s, v.UnsafePointer(), v.Len())
		return
	}
	have := 0
	for uint64(have) < n && s.err == nil {
		step := int(min(n-uint64(have), uint64(max(1024, have))))
		v.SetLen(have)
		v.Grow(step)
		v.SetLen(have + step)
		c.elem.moveAll(s, unsafe.Add(v.UnsafePointer(), uintptr(have)*c.elem.size), step)
		have += step
	}
	if s.err != nil {
		have = 0
	}
	v.SetLen(have)
}
