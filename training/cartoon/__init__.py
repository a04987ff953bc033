"""A tiny cartoon sitcom in a newspaper kiosk: drawn by code, so the truth is exact.

canvas          shapes on a picture, with a record of who covers which pixel
looks           what a person looks like: for good, in these clothes, at this moment
people          one drawn person, with `face` and `hair`
cast            who plays: the three labelled characters and any number of passers-by
props, street   furniture and animals; houses and trees
sets, studio    the places of the episodes; rooms of random colours
stage           a shot: actors, camera and light over time; its frames and its truth
film            a film as data: `pilot`, `finale`, and the `rushes` of the pilot
"""
