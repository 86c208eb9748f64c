package store_test

func play(string) int { return 2 }
