"""Where on the body: sites, outlines in files, on faces and on the chart's plane."""
