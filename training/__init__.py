"""Train the bundled VGG16 backbone: material, teachers, training, export.

Run the steps in the order of ``training/README.md``; each is a module with a
command line (``python -m training.faces --help``).
"""
