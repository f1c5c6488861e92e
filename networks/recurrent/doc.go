// Package recurrent trains all weights of a recurrent network of rectified linear units on sequences of symbols, by
// back-propagation through time and Adam:
//
//	h(t) = max(0, U h(t-1) + V x(t) + b),   y(t) = W h(t) + c,   h before the first symbol 0
//
//	x  one of Inputs symbols     y  scores of Outputs symbols; their softmax are probabilities
//
// [Wave] is the network of Keller, Muller, Sejnowski & Welling (ICLR 2024), whose U convolves along rings and moves what
// it holds by one site per step before it is trained; [Identity] the dense network of Le, Jaitly & Hinton (2015, arXiv
// 1504.00941), which holds still. A reservoir, whose recurrent weights stay as they are, is in package reservoir.
//
// Sequences are taken through the network in groups of fixed size, and gradients are added in the order of the groups: the same
// seed gives the same bits for any number of workers. A step of training costs three times the multiply-adds of running
// the network, and memory for the states of one group per worker.
package recurrent
