// Package forecast trains a reservoir on a user's own series: columns of a CSV file in, a saved model out, and
// predictions for new data as CSV.
//
//	table, err := forecast.ReadCSV(file)                      // header, numbers
//	fit, err := forecast.Train(table, options)                // choose the ridge, report the error on held-out rows
//	p, err := forecast.Predict(fit.Model, fit.About, newTable, forecast.PredictOptions{})
//	err = p.WriteCSV(w)
//
// Series of any scale can be given: they are standardised for training, and the scales become part of the model, which
// takes and gives the user's own units. Reservoirs of rates and of spikes, and none at all (NGRC), are trained alike.
package forecast
