//! A renderer on the CPU for images in tests: the same triangles give the same bytes on every machine, and
//! no graphics driver is needed. Slow next to a real one, fast enough for a test.

use std::collections::BTreeMap;

use egui::epaint::{Mesh, Primitive, Vertex};
use egui::{Color32, ImageData, Rect, TextureId, TexturesDelta};
use image::RgbaImage;

/// A texture as it is sampled: premultiplied, 0 to 1.
struct Texture {
    width: usize,
    height: usize,
    texels: Vec<[f32; 4]>,
}

impl Texture {
    fn texel(&self, x: i64, y: i64) -> [f32; 4] {
        let clamp = |at: i64, size: usize| usize::try_from(at).unwrap_or(0).min(size.saturating_sub(1));
        self.texels[clamp(y, self.height) * self.width + clamp(x, self.width)]
    }

    /// Bilinear, as the window's renderer samples.
    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        let corners =
            [(0, 0, (1.0 - fx) * (1.0 - fy)), (1, 0, fx * (1.0 - fy)), (0, 1, (1.0 - fx) * fy), (1, 1, fx * fy)];
        let mut sum = [0.0; 4];
        for (dx, dy, weight) in corners {
            if weight > 0.0 {
                let texel = self.texel(left + dx, top + dy);
                for (sum, part) in sum.iter_mut().zip(texel) {
                    *sum += part * weight;
                }
            }
        }
        sum
    }
}

/// The renderer; it keeps the textures between images.
#[derive(Default)]
pub struct CpuPainter {
    textures: BTreeMap<u64, Texture>,
}

fn number(id: TextureId) -> u64 {
    match id {
        TextureId::Managed(number) => number,
        TextureId::User(number) => number | 1 << 63,
    }
}

fn unit(color: Color32) -> [f32; 4] {
    color.to_array().map(|part| f32::from(part) / 255.0)
}

impl egui_kittest::TestRenderer for CpuPainter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut set: Vec<_> = std::mem::take(&mut delta.set).into_iter().collect();
        set.sort_by_key(|(id, _)| number(*id));
        for (id, changes) in set {
            for change in changes {
                let ImageData::Color(picture) = &change.image;
                let [width, height] = picture.size;
                let texels: Vec<[f32; 4]> = picture.pixels.iter().copied().map(unit).collect();
                match (change.pos, self.textures.get_mut(&number(id))) {
                    (Some([left, top]), Some(texture)) => {
                        for row in 0..height {
                            let at = (top + row) * texture.width + left;
                            texture.texels[at..at + width].copy_from_slice(&texels[row * width..(row + 1) * width]);
                        }
                    }
                    _ => {
                        self.textures.insert(number(id), Texture { width, height, texels });
                    }
                }
            }
        }
        delta.clear();
    }

    fn render(&mut self, ctx: &egui::Context, output: &egui::FullOutput) -> Result<RgbaImage, String> {
        let scale = output.pixels_per_point;
        let size = ctx.content_rect().size() * scale;
        let mut canvas = Canvas::new(size.x.round() as usize, size.y.round() as usize);
        for primitive in ctx.tessellate(output.shapes.clone(), scale) {
            if let Primitive::Mesh(mesh) = &primitive.primitive {
                let texture = self.textures.get(&number(mesh.texture_id)).ok_or("a mesh names no known texture")?;
                canvas.mesh(mesh, texture, primitive.clip_rect, scale);
            }
        }
        canvas.image()
    }
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 4]>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Canvas { width, height, pixels: vec![[0.0, 0.0, 0.0, 1.0]; width * height] }
    }

    fn mesh(&mut self, mesh: &Mesh, texture: &Texture, clip: Rect, scale: f32) {
        let left = (clip.min.x * scale).round().max(0.0) as usize;
        let top = (clip.min.y * scale).round().max(0.0) as usize;
        let right = ((clip.max.x * scale).round().max(0.0) as usize).min(self.width);
        let bottom = ((clip.max.y * scale).round().max(0.0) as usize).min(self.height);
        for corners in mesh.indices.chunks_exact(3) {
            let triangle = [0, 1, 2].map(|at| mesh.vertices[corners[at] as usize]);
            self.triangle(triangle, texture, [left, top, right, bottom], scale);
        }
    }

    fn triangle(&mut self, mut corners: [Vertex; 3], texture: &Texture, clip: [usize; 4], scale: f32) {
        let at = |vertex: &Vertex| [vertex.pos.x * scale, vertex.pos.y * scale];
        let area = edge(at(&corners[0]), at(&corners[1]), at(&corners[2]));
        if area == 0.0 {
            return;
        }
        if area < 0.0 {
            corners.swap(1, 2);
        }
        let points = corners.each_ref().map(at);
        let area = area.abs();
        let colors = corners.each_ref().map(|corner| unit(corner.color));
        let low = |axis: usize| points.iter().map(|point| point[axis]).fold(f32::INFINITY, f32::min).floor().max(0.0);
        let high = |axis: usize| points.iter().map(|point| point[axis]).fold(0.0, f32::max).ceil();
        let (left, top) = ((low(0) as usize).max(clip[0]), (low(1) as usize).max(clip[1]));
        let (right, bottom) = ((high(0) as usize).min(clip[2]), (high(1) as usize).min(clip[3]));
        for y in top..bottom {
            for x in left..right {
                let pixel = [x as f32 + 0.5, y as f32 + 0.5];
                let weights = [
                    edge(points[1], points[2], pixel),
                    edge(points[2], points[0], pixel),
                    edge(points[0], points[1], pixel),
                ];
                let inside = (0..3).all(|side| {
                    let (from, to) = (points[(side + 1) % 3], points[(side + 2) % 3]);
                    weights[side] > 0.0 || (weights[side] == 0.0 && owns_edge(from, to))
                });
                if inside {
                    let weights = weights.map(|weight| weight / area);
                    let mix = |value: &dyn Fn(usize) -> f32| (0..3).map(|corner| weights[corner] * value(corner)).sum();
                    let (u, v): (f32, f32) = (mix(&|at| corners[at].uv.x), mix(&|at| corners[at].uv.y));
                    let texel = texture.sample(u, v);
                    let source: [f32; 4] =
                        std::array::from_fn(|part| texel[part] * mix(&|corner| colors[corner][part]));
                    self.blend(y * self.width + x, source);
                }
            }
        }
    }

    fn blend(&mut self, at: usize, source: [f32; 4]) {
        let rest = 1.0 - source[3];
        for (pixel, source) in self.pixels[at].iter_mut().zip(source) {
            *pixel = source + *pixel * rest;
        }
    }

    fn image(self) -> Result<RgbaImage, String> {
        let bytes = self.pixels.iter().flatten().map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
        let (width, height) = (self.width as u32, self.height as u32);
        RgbaImage::from_raw(width, height, bytes).ok_or_else(|| "the image has the wrong size".to_owned())
    }
}

/// Twice the signed area of a triangle; positive if the third point is on the inner side of the edge.
fn edge(from: [f32; 2], to: [f32; 2], point: [f32; 2]) -> f32 {
    (to[0] - from[0]) * (point[1] - from[1]) - (to[1] - from[1]) * (point[0] - from[0])
}

/// Whether a pixel exactly on this edge belongs to the triangle, so that neighbours never share one.
fn owns_edge(from: [f32; 2], to: [f32; 2]) -> bool {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    dy < 0.0 || (dy == 0.0 && dx > 0.0)
}
