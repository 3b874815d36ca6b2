"""What people read of the built-in catalogue, for translation.

`python -m tests.catalogue_words` writes this file.
"""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Photorealism"),
    gettext_noop("People & portraits"),
    gettext_noop("Animals"),
    gettext_noop("Text rendering"),
    gettext_noop("Composition & counting"),
    gettext_noop("Product & commercial"),
    gettext_noop("Illustration & anime"),
    gettext_noop("Fantasy & concept art"),
    gettext_noop("Architecture & interiors"),
    gettext_noop("Food"),
    gettext_noop("Landscapes"),
    gettext_noop("Logos & icons"),
    gettext_noop("Diagrams & explanations"),
    gettext_noop("Patterns & abstract"),
    gettext_noop("Add & remove"),
    gettext_noop("Replace the background"),
    gettext_noop("Restyle"),
    gettext_noop("Change text"),
    gettext_noop("Local edit with mask"),
    gettext_noop("Combine references"),
    gettext_noop("could a camera have taken this – light, texture, focus and small accidents included?"),
    gettext_noop("do faces, hands, bodies and expressions look like real, particular people?"),
    gettext_noop("is it the right animal, built the way it really is, moving and behaving believably?"),
    gettext_noop("is every letter right, in the right order and nothing added – and does it sit on its surface?"),
    gettext_noop("are the numbers, colours and positions exactly as asked, with nothing extra?"),
    gettext_noop("would a shop publish this – clean form, true material, light that sells the product?"),
    gettext_noop("is the named style met and kept throughout, with sure lines and a drawing that tells its story?"),
    gettext_noop("does it show a world one believes in, with readable design, mood and detail that make sense?"),
    gettext_noop("would the building stand – straight lines, true perspective, sensible materials and light?"),
    gettext_noop("does it look edible and like the dish that was asked for, with right textures and portions?"),
    gettext_noop("do land, weather, light and distance belong together, and would you want to stand there?"),
    gettext_noop("is it simple, balanced and clear when small, with the exact motif and lettering asked for?"),
    gettext_noop("is what it explains correct and understood at one glance, with nothing invented?"),
    gettext_noop("do rhythm, colour and repetition hold over the whole picture, without breaks or stray motifs?"),
    gettext_noop("is exactly the named thing there or gone – and is everything else in the picture as it was?"),
    gettext_noop(
        "is the place new, with light that fits it – and is the subject the same one, in its shape, size and colour?"
    ),
    gettext_noop("is the asked style there all over – and are the same things still in the same places?"),
    gettext_noop(
        "are the new words right to the letter – and are type, surface and the rest of the picture as before?"
    ),
    gettext_noop("is the change inside the marked area as asked – and is everything outside it untouched?"),
    gettext_noop(
        "has the thing from the second picture come in, in fitting size and light – and is it, like all of "
        "the first, still the same?"
    ),
    gettext_noop(
        "Scenes meant to pass as photographs, from phone snapshots to macro shots. For teams that need stock "
        "or documentary imagery without a rendered look."
    ),
    gettext_noop(
        "Single portraits, couples and groups of every age, at work and at rest. Shows which models keep "
        "anatomy, skin and character under control."
    ),
    gettext_noop(
        "Pets, wildlife and farm animals, alone and together. Legs, paws, feathers and fur are where models slip."
    ),
    gettext_noop(
        "Signs, labels, covers and icing with exact wording. For packaging, posters and mock-ups, where one "
        "wrong letter spoils the picture."
    ),
    gettext_noop(
        "Precise orders: how many, which colour, left of what, on top of which. Beauty comes second; "
        "obedience is measured."
    ),
    gettext_noop(
        "Packshots, catalogue images and advertising scenes. For shops and agencies choosing a model for volume work."
    ),
    gettext_noop(
        "Picture books, comics, anime, prints and editorial drawings. Style fidelity and line quality count "
        "more than realism."
    ),
    gettext_noop("Characters, creatures, places and machines that do not exist. For games, covers and film teams."),
    gettext_noop("Facades, rooms, bridges and public spaces. Perspective, repetition and structure are tested."),
    gettext_noop("Dishes, ingredients and drinks from many kitchens, from home snapshots to menu shots."),
    gettext_noop(
        "Coasts, mountains, deserts, fields and skies in all seasons. Depth, atmosphere and natural irregularity count."
    ),
    gettext_noop("Marks, app icons, badges and pictograms. Flat shapes, clean edges and restraint."),
    gettext_noop(
        "Wall charts, cut-aways, cycles and sequences, mostly without words. For teaching material, "
        "documentation and slides."
    ),
    gettext_noop(
        "Fabric and wallpaper repeats, mosaics and non-figurative compositions. For print, textile and background work."
    ),
    gettext_noop(
        "One thing is to come into a picture or to leave it, and what was behind it is to be filled in. For "
        "photo and catalogue work, where nothing else may be touched."
    ),
    gettext_noop(
        "The subject is cut out of its surroundings and set into others. For shops and portraits; shows "
        "which models redraw what they should keep."
    ),
    gettext_noop(
        "The technique changes, the drawing does not: crayon, mosaic, ink, gouache, print. For illustration "
        "teams with a picture in the wrong style."
    ),
    gettext_noop(
        "Signs, labels, covers and icing get other words. For packaging, posters and translations of pictures."
    ),
    gettext_noop("A mask says where the picture may change. Shows which models keep to it."),
    gettext_noop(
        "Something from a second picture is put into the first. For product mock-ups and recurring characters."
    ),
    gettext_noop("Layout precision"),
    gettext_noop("Identity consistency"),
    gettext_noop("Style adherence"),
    gettext_noop("Fine detail"),
    gettext_noop("Multi subject"),
    gettext_noop("Lighting complexity"),
    gettext_noop("Storytelling"),
    gettext_noop("Built-in"),
)
