"""What people read of the built-in catalogue, for translation.

`python -m tests.catalogue_words` writes this file.
"""

from django.utils.translation import pgettext_lazy

WORDS = (
    pgettext_lazy("catalogue", "Photorealism"),
    pgettext_lazy("catalogue", "People & portraits"),
    pgettext_lazy("catalogue", "Animals"),
    pgettext_lazy("catalogue", "Text rendering"),
    pgettext_lazy("catalogue", "Composition & counting"),
    pgettext_lazy("catalogue", "Product & commercial"),
    pgettext_lazy("catalogue", "Illustration & anime"),
    pgettext_lazy("catalogue", "Fantasy & concept art"),
    pgettext_lazy("catalogue", "Architecture & interiors"),
    pgettext_lazy("catalogue", "Food"),
    pgettext_lazy("catalogue", "Landscapes"),
    pgettext_lazy("catalogue", "Logos & icons"),
    pgettext_lazy("catalogue", "Diagrams & explanations"),
    pgettext_lazy("catalogue", "Patterns & abstract"),
    pgettext_lazy("catalogue", "Add & remove"),
    pgettext_lazy("catalogue", "Replace the background"),
    pgettext_lazy("catalogue", "Restyle"),
    pgettext_lazy("catalogue", "Change text"),
    pgettext_lazy("catalogue", "Local edit with mask"),
    pgettext_lazy("catalogue", "Combine references"),
    pgettext_lazy("catalogue", "could a camera have taken this – light, texture, focus and small accidents included?"),
    pgettext_lazy("catalogue", "do faces, hands, bodies and expressions look like real, particular people?"),
    pgettext_lazy("catalogue", "is it the right animal, built the way it really is, moving and behaving believably?"),
    pgettext_lazy(
        "catalogue", "is every letter right, in the right order and nothing added – and does it sit on its surface?"
    ),
    pgettext_lazy("catalogue", "are the numbers, colours and positions exactly as asked, with nothing extra?"),
    pgettext_lazy("catalogue", "would a shop publish this – clean form, true material, light that sells the product?"),
    pgettext_lazy(
        "catalogue", "is the named style met and kept throughout, with sure lines and a drawing that tells its story?"
    ),
    pgettext_lazy(
        "catalogue", "does it show a world one believes in, with readable design, mood and detail that make sense?"
    ),
    pgettext_lazy(
        "catalogue", "would the building stand – straight lines, true perspective, sensible materials and light?"
    ),
    pgettext_lazy(
        "catalogue", "does it look edible and like the dish that was asked for, with right textures and portions?"
    ),
    pgettext_lazy(
        "catalogue", "do land, weather, light and distance belong together, and would you want to stand there?"
    ),
    pgettext_lazy(
        "catalogue", "is it simple, balanced and clear when small, with the exact motif and lettering asked for?"
    ),
    pgettext_lazy("catalogue", "is what it explains correct and understood at one glance, with nothing invented?"),
    pgettext_lazy(
        "catalogue", "do rhythm, colour and repetition hold over the whole picture, without breaks or stray motifs?"
    ),
    pgettext_lazy(
        "catalogue", "is exactly the named thing there or gone – and is everything else in the picture as it was?"
    ),
    pgettext_lazy(
        "catalogue",
        "is the place new, with light that fits it – and is the subject the same one, in its shape, size and colour?",
    ),
    pgettext_lazy("catalogue", "is the asked style there all over – and are the same things still in the same places?"),
    pgettext_lazy(
        "catalogue",
        "are the new words right to the letter – and are type, surface and the rest of the picture as before?",
    ),
    pgettext_lazy(
        "catalogue", "is the change inside the marked area as asked – and is everything outside it untouched?"
    ),
    pgettext_lazy(
        "catalogue",
        "has the thing from the second picture come in, in fitting size and light – and is it, like all of "
        "the first, still the same?",
    ),
    pgettext_lazy(
        "catalogue",
        "Scenes meant to pass as photographs, from phone snapshots to macro shots. For teams that need stock "
        "or documentary imagery without a rendered look.",
    ),
    pgettext_lazy(
        "catalogue",
        "Single portraits, couples and groups of every age, at work and at rest. Shows which models keep "
        "anatomy, skin and character under control.",
    ),
    pgettext_lazy(
        "catalogue",
        "Pets, wildlife and farm animals, alone and together. Legs, paws, feathers and fur are where models slip.",
    ),
    pgettext_lazy(
        "catalogue",
        "Signs, labels, covers and icing with exact wording. For packaging, posters and mock-ups, where one "
        "wrong letter spoils the picture.",
    ),
    pgettext_lazy(
        "catalogue",
        "Precise orders: how many, which colour, left of what, on top of which. Beauty comes second; "
        "obedience is measured.",
    ),
    pgettext_lazy(
        "catalogue",
        "Packshots, catalogue images and advertising scenes. For shops and agencies choosing a model for volume work.",
    ),
    pgettext_lazy(
        "catalogue",
        "Picture books, comics, anime, prints and editorial drawings. Style fidelity and line quality count "
        "more than realism.",
    ),
    pgettext_lazy(
        "catalogue", "Characters, creatures, places and machines that do not exist. For games, covers and film teams."
    ),
    pgettext_lazy(
        "catalogue", "Facades, rooms, bridges and public spaces. Perspective, repetition and structure are tested."
    ),
    pgettext_lazy("catalogue", "Dishes, ingredients and drinks from many kitchens, from home snapshots to menu shots."),
    pgettext_lazy(
        "catalogue",
        "Coasts, mountains, deserts, fields and skies in all seasons. Depth, atmosphere and natural "
        "irregularity count.",
    ),
    pgettext_lazy("catalogue", "Marks, app icons, badges and pictograms. Flat shapes, clean edges and restraint."),
    pgettext_lazy(
        "catalogue",
        "Wall charts, cut-aways, cycles and sequences, mostly without words. For teaching material, "
        "documentation and slides.",
    ),
    pgettext_lazy(
        "catalogue",
        "Fabric and wallpaper repeats, mosaics and non-figurative compositions. For print, textile and "
        "background work.",
    ),
    pgettext_lazy(
        "catalogue",
        "One thing is to come into a picture or to leave it, and what was behind it is to be filled in. For "
        "photo and catalogue work, where nothing else may be touched.",
    ),
    pgettext_lazy(
        "catalogue",
        "The subject is cut out of its surroundings and set into others. For shops and portraits; shows "
        "which models redraw what they should keep.",
    ),
    pgettext_lazy(
        "catalogue",
        "The technique changes, the drawing does not: crayon, mosaic, ink, gouache, print. For illustration "
        "teams with a picture in the wrong style.",
    ),
    pgettext_lazy(
        "catalogue",
        "Signs, labels, covers and icing get other words. For packaging, posters and translations of pictures.",
    ),
    pgettext_lazy("catalogue", "A mask says where the picture may change. Shows which models keep to it."),
    pgettext_lazy(
        "catalogue",
        "Something from a second picture is put into the first. For product mock-ups and recurring characters.",
    ),
    pgettext_lazy("catalogue", "Layout precision"),
    pgettext_lazy("catalogue", "Identity consistency"),
    pgettext_lazy("catalogue", "Style adherence"),
    pgettext_lazy("catalogue", "Fine detail"),
    pgettext_lazy("catalogue", "Multi subject"),
    pgettext_lazy("catalogue", "Lighting complexity"),
    pgettext_lazy("catalogue", "Storytelling"),
    pgettext_lazy("catalogue", "Built-in"),
    pgettext_lazy("catalogue", "Votes of this arena"),
    pgettext_lazy("catalogue", "Demonstration"),
    pgettext_lazy("catalogue", "Controls"),
)
