"""A page on this machine that trains GANs of 2x2 pictures at every move of a slider.

`fastgan lab` serves it. `settings` reads the page's requests, `one_gan` and `many_seeds` train
piece by piece, `answers` describes the results, and `copied_code` writes Python that reproduces
them. `session` answers one open page; only `server` needs tornado.
"""
