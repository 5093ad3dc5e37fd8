"""The map as one HTML file, built with folium."""
