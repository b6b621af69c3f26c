"""Tasks: what a pack asks of somebody because of what happened to a case.

`giving` says which tasks a change gives and ends, `charge` whose each is, `dates` how long each may
take. All of it is folded from the case, its pack and the directory; nothing is added up.
"""
