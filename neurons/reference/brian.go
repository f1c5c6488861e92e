package reference

func brianCases() []Case  { return nil }
func closedForms() []Case { return nil }
