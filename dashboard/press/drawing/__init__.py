"""What every picture is drawn with: canvas, layout, marks, labels and files."""
