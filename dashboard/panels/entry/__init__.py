"""The page on which editors bring data: sign in, file, what is understood, publish, history."""
