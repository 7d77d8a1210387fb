"""Is an answer right? The cases, the judgement, the smallest failing input, the mistake's name, the verdict."""
