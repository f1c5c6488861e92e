package reference

func closedForms() []Case { return nil }
