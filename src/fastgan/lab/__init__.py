"""A page on this machine where GANs of 2x2 pictures are trained at every move of a slider.

`fastgan lab` serves it. `settings` reads what the page asks for, `one_gan` and `many_seeds` train
it piece by piece, `answers` says what came of it, `copied_code` which Python gives the same;
`server` and `session` need tornado, everything else does without.
"""
