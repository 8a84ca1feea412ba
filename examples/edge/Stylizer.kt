import ai.onnxruntime.OnnxJavaType
import ai.onnxruntime.OnnxTensor
import ai.onnxruntime.OrtEnvironment
import android.graphics.Bitmap
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Paints bitmaps in a style: `Stylizer(assets.open("style.onnx").readBytes())`. */
class Stylizer(style: ByteArray) : AutoCloseable {
    private val environment = OrtEnvironment.getEnvironment()
    private val session = environment.createSession(style)

    /** Takes and gives ARGB_8888, whose bytes are red, green, blue, alpha. */
    fun stylize(photograph: Bitmap): Bitmap {
        val (width, height) = photograph.width to photograph.height
        val bytes = ByteBuffer.allocateDirect(4 * width * height).order(ByteOrder.nativeOrder())
        photograph.copyPixelsToBuffer(bytes)
        bytes.rewind()
        val shape = longArrayOf(1, height.toLong(), width.toLong(), 4)
        OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8).use { image ->
            session.run(mapOf("image" to image)).use { results ->
                val stylized = results.get("stylized").get() as OnnxTensor
                val painting = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
                painting.copyPixelsFromBuffer(stylized.byteBuffer)
                return painting
            }
        }
    }

    override fun close() = session.close()
}
