// Package dataset reads, draws and fetches the labelled images that the
// experiments learn from: MNIST, Fashion-MNIST, anything else in their IDX
// file format, and handwritten-style digits that it draws itself.
//
// Three ways lead to a Set:
//
//   - Load reads the four standard IDX files of a directory, gzipped or not,
//     and says by checksum which published set they are, if any.
//   - Generate draws "generated digits" from stroke models: no download, any
//     number of images, identical for one seed on every machine and for every
//     number of workers. WriteGenerated writes them as IDX files and reads them
//     back, so that an experiment takes the same path as with real data.
//   - Fetch downloads a set that Known lists from public mirrors and verifies
//     it; Load reads the result.
//
// Check tells the state of a directory without stopping at the first fault.
//
// Pixels are bytes, 0 the background and 255 full ink, row by row; labels are
// bytes from 0 to 9. Every error about a file is a *FileError: it names the
// file, what is wrong with it, and what to do. Its cause can be asked for with
// errors.Is and the Err variables of this package.
//
// Sources: the IDX format, Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST
// database of handwritten digits", http://yann.lecun.com/exdb/mnist/. The data
// sets' papers and licences are in Known.
package dataset
